import { describe, expect, test } from 'vitest'
import { startPosition } from '../../../emulator/src/events/event-position.ts'
import { eventRoutes } from '../../../emulator/src/events/event-routes.ts'
import { createEventLog } from '../../../emulator/src/events/event-log.ts'
import type { Telemetry } from '../../../emulator/src/index.ts'
import { eventJson } from '../../../emulator/src/events/event-json.ts'

type Log = ReturnType<typeof createEventLog>

function logOf(limits: { events: number; size: number }, ...deviceIds: string[]): Log {
  const log = createEventLog(limits)
  add(log, ...deviceIds)
  return log
}

function add(log: Log, ...deviceIds: string[]): void {
  for (const deviceId of deviceIds) {
    log.add({ deviceId, type: 'connected', secure: true, sequence: log.last + 1, at: 7 })
  }
}

function idsAfter(log: Log, sequence: number): (string | undefined)[] {
  return log.after(sequence, 100).map(({ deviceId }) => deviceId)
}

const ROOMY = { events: 100, size: 100_000 }

describe('the log of events', () => {
  test('keeps a limited number of events with their IDs', () => {
    const log = logOf({ events: 3, size: 100_000 }, 'a', 'b', 'c', 'd', 'e')
    expect([log.lastDropped, log.last]).toEqual([2, 5])
    expect(idsAfter(log, 2)).toEqual(['c', 'd', 'e'])
    expect(idsAfter(log, 4)).toEqual(['e'])
    expect(idsAfter(log, 5)).toEqual([])
    expect(log.after(2, 2).map(({ sequence }) => sequence)).toEqual([3, 4])
  })

  test('keeps a limited number of characters, and always the newest event', () => {
    const log = createEventLog({ events: 100, size: 1000 })
    const send = (size: number): void =>
      log.add({ ...telemetry(Buffer.alloc(size, 'x')), deviceId: 'a', sequence: log.last + 1, at: 7 })
    for (let count = 0; count < 10; count++) send(300)
    expect(log.lastDropped).toBeGreaterThanOrEqual(7)
    send(5000)
    expect([log.lastDropped, log.last]).toEqual([10, 11])
  })

  test.each([
    ['properties', { properties: { note: 'x'.repeat(300) } }],
    ['system properties', { systemProperties: { 'message-id': 'x'.repeat(300) } }],
    ['names of properties', { properties: { ['x'.repeat(300)]: null } }],
  ])('counts the %s of telemetry', (_title, content) => {
    const log = createEventLog({ events: 100, size: 1000 })
    for (let sequence = 1; sequence <= 10; sequence++) {
      log.add({ ...telemetry(Buffer.from('1')), ...content, deviceId: 'a', sequence, at: 7 })
    }
    expect(log.lastDropped).toBe(7)
  })

  test('counts the body of a method call', () => {
    const log = createEventLog({ events: 100, size: 1000 })
    const sent = { type: 'method-sent', methodName: 'm', rid: '1', responseTimeoutInSeconds: 30 } as const
    for (let sequence = 1; sequence <= 10; sequence++) {
      log.add({ ...sent, body: Buffer.alloc(300), deviceId: 'a', sequence, at: 7 })
    }
    expect(log.lastDropped).toBe(7)
  })

  test('counts the JSON of an event without a body', () => {
    const log = logOf({ events: 100, size: 300 }, ...Array.from({ length: 10 }, () => 'x'.repeat(100)))
    expect(log.lastDropped).toBe(9)
  })

  test.each([
    ['nothing', {}, { sequence: 5, missed: 0 }],
    ['recent events', { recent: 2 }, { sequence: 3, missed: 0 }],
    ['more recent events than exist', { recent: 50 }, { sequence: 2, missed: 0 }],
    ['an existing event', { after: '4' }, { sequence: 4, missed: 0 }],
    ['a dropped event', { after: '0' }, { sequence: 2, missed: 2 }],
    ['Last-Event-ID before anything else', { after: '0', recent: 3, lastEventId: '5' }, { sequence: 5, missed: 0 }],
  ])(
    'startPosition() finds the first event for a reader that requests %s',
    (_title, { after, lastEventId, recent }: Asked, place) => {
      const log = logOf({ events: 3, size: 100_000 }, 'a', 'b', 'c', 'd', 'e')
      const idOf = (text: string | undefined): string | undefined => (text === undefined ? text : `${log.run}-${text}`)
      expect(startPosition(log, { after: idOf(after), lastEventId: idOf(lastEventId), recent })).toEqual(place)
    },
  )

  test('cannot count the missed events since an earlier run of the hub, and returns all its events', () => {
    const log = logOf({ events: 3, size: 100_000 }, 'a', 'b')
    const start = { lastEventId: '00000000-1', after: undefined, recent: undefined }
    expect(startPosition(log, start)).toEqual({ sequence: 0, missed: null })
    expect(startPosition(log, { ...start, lastEventId: `${log.run}-9` })).toEqual({ sequence: 0, missed: null })
  })
})

interface Asked {
  readonly after?: string
  readonly lastEventId?: string
  readonly recent?: number
}

interface Reading {
  /** Returns the data of the next events. */
  next(count: number): Promise<unknown[]>
  readonly text: () => string
  end(): Promise<void>
}

/** Reads the response as slowly as the test requests. */
async function read(log: Log, query = '', headers: Record<string, string> = {}): Promise<Reading> {
  const answer = await eventRoutes(log).request(`/${query}`, { headers })
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader()
  let text = ''
  let given = 0
  const events = (): unknown[] =>
    [...text.matchAll(/^data: (.*)\n/gm)].map(([, data = '']) => JSON.parse(data) as unknown)
  return {
    async next(count) {
      while (events().length < given + count) text += new TextDecoder().decode((await reader.read()).value)
      given += count
      return events().slice(given - count, given)
    },
    text: () => text,
    end: () => reader.cancel(),
  }
}

describe('GET /hub/events', () => {
  test('filters by devices and by types', async () => {
    const log = createEventLog(ROOMY)
    const reading = await read(log, '?device=a&device=b,c&type=connected&type=disconnected')
    add(log, 'x', 'a')
    log.add({ ...telemetry(Buffer.from('1')), deviceId: 'a', sequence: 3, at: 7 })
    add(log, 'b,c')
    log.add({ deviceId: 'a', type: 'disconnected', secure: true, sequence: 5, at: 7 })
    expect(await reading.next(3)).toMatchObject([{ deviceId: 'a' }, { deviceId: 'b,c' }, { type: 'disconnected' }])
    await reading.end()
  })

  test('sends telemetry as JSON', async () => {
    const log = createEventLog(ROOMY)
    const reading = await read(log, '?type=telemetry')
    log.add({ ...telemetry(Buffer.from('21'), { 'message-id': 'm' }), deviceId: 'a', sequence: 1, at: 7 })
    const content = { type: 'telemetry', body: '21', properties: {}, systemProperties: { 'message-id': 'm' } }
    expect(await reading.next(1)).toEqual([{ ...content, deviceId: 'a', sequence: 1, at: 7 }])
    await reading.end()
  })

  test("continues after the reader's last event", async () => {
    const log = logOf(ROOMY, 'a', 'b', 'c')
    const reading = await read(log, '', { 'Last-Event-ID': `${log.run}-1` })
    expect(await reading.next(2)).toMatchObject([{ deviceId: 'b' }, { deviceId: 'c', sequence: 3, at: 7 }])
    expect(reading.text()).toContain(`id: ${log.run}-3\n`)
    await reading.end()
  })

  test('reports the number of lost events once to a reader that returns too late', async () => {
    const log = logOf({ events: 2, size: 100_000 }, 'a', 'b', 'c', 'd')
    const late = await read(log, '', { 'Last-Event-ID': `${log.run}-1` })
    expect(await late.next(3)).toMatchObject([{ type: 'missed', count: 1 }, { deviceId: 'c' }, { deviceId: 'd' }])
    await late.end()
    // A reader that disconnects after that returns with this ID.
    const [, id = ''] = /^id: (.*)\n/m.exec(late.text()) ?? []
    const again = await read(log, `?after=${id}`)
    expect(await again.next(1)).toMatchObject([{ deviceId: 'c' }])
    await again.end()
  })

  test('drops the oldest events of a slow reader, reports the number, and buffers nothing for it', async () => {
    const log = createEventLog({ events: 3, size: 100_000 })
    const reading = await read(log)
    const names = Array.from({ length: 200 }, (_, at) => `d${at}`)
    add(log, ...names.slice(0, 2))
    expect(await reading.next(1)).toMatchObject([{ deviceId: 'd0' }])
    // No client reads now, so the write stalls while the log continues.
    for (const name of names.slice(2)) {
      add(log, name)
      await Promise.resolve()
    }
    const seen: { type: string; count?: number; deviceId?: string }[] = []
    while (seen.at(-1)?.deviceId !== 'd199') seen.push(...((await reading.next(1)) as typeof seen))
    const missed = seen.reduce((sum, { count = 0 }) => sum + count, 0)
    const delivered = seen.filter(({ type }) => type !== 'missed').length
    expect(missed).toBeGreaterThan(150)
    expect(missed + delivered).toBe(199)
    await reading.end()
  })

  test('reports that the state of the hub was replaced, and no earlier event', async () => {
    const log = logOf(ROOMY, 'a')
    const reading = await read(log, '?recent=1')
    expect(await reading.next(1)).toMatchObject([{ deviceId: 'a' }])
    const before = log.run
    add(log, 'b')
    log.restart()
    add(log, 'c')
    const delivered = await reading.next(2)
    expect(delivered).toMatchObject([
      { type: 'missed', count: null },
      { deviceId: 'c', sequence: 3 },
    ])
    const late = await read(log, `?after=${before}-2`)
    expect(await late.next(2)).toEqual(delivered)
    await reading.end()
    await late.end()
  })

  test('advances the position of a reader with a narrow filter', async () => {
    const log = createEventLog({ events: 5000, size: 1_000_000 })
    const reading = await read(log, '?device=rare')
    add(log, ...Array.from({ length: 1200 }, () => 'x'), 'rare')
    await reading.next(1)
    expect(reading.text()).toMatch(/^: \nid: \w{8}-1000\n/m)
    await reading.end()
  })

  test.each([
    ['?type=nonsense', /There is no type nonsense; the types are connected, /],
    ['?after=nonsense', /after and Last-Event-ID must be the ID of an event/],
    ['?recent=-1', /recent must be a whole number above 0/],
  ])('refuses %s with the reason', async (query, reason) => {
    const app = eventRoutes(createEventLog()).onError((error) => new Response(error.message, { status: 400 }))
    expect(await (await app.request(`/${query}`)).text()).toMatch(reason)
  })
})

function telemetry(body: Uint8Array, systemProperties: Telemetry['systemProperties'] = {}): Telemetry {
  return { type: 'telemetry', body, properties: {}, systemProperties }
}

describe('the body of a telemetry message as JSON', () => {
  const json = { 'content-type': 'application/json' }
  test.each([
    ['is a text where the content type says so', '{"a":"é"}', json, { body: '{"a":"é"}' }],
    ['is a text where the encoding says so', 'a\u0007', { 'content-encoding': 'UTF-8' }, { body: 'a\u0007' }],
    ['is a text where nothing is said and it can be read', 'warm\n', {}, { body: 'warm\n' }],
    ['is base64 where nothing is said and it cannot be read', 'a\u0000b', {}, { bodyBase64: 'YQBi' }],
    ['is base64 where it is no UTF-8, whatever is said', Buffer.from([0xff]), json, { bodyBase64: '/w==' }],
    ['is base64 for another type', 'abc', { 'content-type': 'image/png' }, { bodyBase64: 'YWJj' }],
    ['is base64 for another encoding', 'a', { ...json, 'content-encoding': 'utf-16' }, { bodyBase64: 'YQ==' }],
    ['is base64 where it was compressed', 'a', { ...json, 'content-encoding': 'gzip' }, { bodyBase64: 'YQ==' }],
  ])('%s', (_title, body, systemProperties, wanted) => {
    const event = { ...telemetry(Buffer.from(body), systemProperties), deviceId: 'a', sequence: 1, at: 7 }
    const { type: _type, properties: _properties, ...rest } = eventJson(event) as Record<string, unknown>
    expect(rest).toEqual({ ...wanted, systemProperties, deviceId: 'a', sequence: 1, at: 7 })
  })
})
