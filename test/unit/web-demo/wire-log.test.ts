import { TwinError, type TwinObservation } from 'hubtwin'
import { describe, expect, it } from 'vitest'
import { isShown } from '../../../web-demo/src/simulator/wire/wire-filter.ts'
import { createWireLog, MAX_ENTRIES } from '../../../web-demo/src/simulator/wire/wire-log.ts'

const request = (rid: number, at = rid): TwinObservation => ({
  ...{ at, type: 'sent', packet: 'PUBLISH', payload: '{"a":1}' },
  topic: `$iothub/twin/PATCH/properties/reported/?$rid=${rid}`,
})
const answer = (rid: number, status = 204, at = rid + 1): TwinObservation => ({
  ...{ at, type: 'received', packet: 'PUBLISH', payload: '' },
  topic: `$iothub/twin/res/${status}/?$rid=${rid}&$version=${rid + 1}`,
})

describe('the wire log', () => {
  it('adds an answer to the entry of its request, regardless of other entries in between', () => {
    const log = createWireLog()
    log.addObservation(request(1, 100))
    log.addObservation(request(2, 110))
    log.addObservation(answer(2, 204, 120))
    log.addObservation(answer(1, 429, 150))
    expect(log.entries).toMatchObject([
      { id: 1, name: 'report', answer: { text: '429', at: 150 }, version: 2, isTrouble: true },
      { id: 2, name: 'report', answer: { text: '204', at: 120 }, version: 3, isTrouble: false },
    ])
  })

  it('shows a repeated GET and both responses in a single row', () => {
    const log = createWireLog()
    const get = (at: number): TwinObservation => ({
      ...{ at, type: 'sent', packet: 'PUBLISH', payload: '' },
      topic: '$iothub/twin/GET/?$rid=1',
    })
    for (const observation of [get(1), get(5), answer(1, 200, 6), answer(1, 200, 7)]) log.addObservation(observation)
    expect(log.entries).toMatchObject([{ id: 1, at: 1, name: 'get', answer: { text: '200', at: 6 } }])
    log.addObservation(request(2, 8))
    expect(log.entries.length).toBe(2)
  })

  it('joins telemetry and messages with PUBACK, and a method call with its response', () => {
    const log = createWireLog()
    const publish = (type: 'sent' | 'received', topic: string, at: number): void =>
      void log.addObservation({ at, type, packet: 'PUBLISH', topic, payload: '{}' })
    publish('sent', 'devices/d/messages/events/%24.mid=a-1&room=1', 1)
    publish('received', '$iothub/methods/POST/reboot/?$rid=7', 2)
    publish('received', 'devices/d/messages/devicebound/%24.mid=b%201', 3)
    publish('sent', '$iothub/methods/res/202/?$rid=7', 4)
    log.addAnswer('message a-1', { at: 5, text: 'PUBACK' })
    log.addAnswer('message b 1', { at: 6, text: 'PUBACK' })
    log.addAnswer('message of another tab', { at: 7, text: 'PUBACK' })
    expect(log.entries).toMatchObject([
      { name: 'telemetry', group: 'telemetry', direction: 'out', answer: { at: 5, text: 'PUBACK' } },
      { name: 'method', group: 'method', direction: 'in', answer: { at: 4, text: '202' }, isTrouble: false },
      { name: 'message', group: 'message', direction: 'in', answer: { at: 6, text: 'PUBACK' } },
    ])
    expect(log.entries.filter((entry) => isShown(entry, { show: 'method', words: '' })).length).toBe(1)
  })

  it('marks requests as unanswered when the connection is lost or the device disconnects', () => {
    const log = createWireLog()
    log.addObservation(request(1))
    log.addObservation({ at: 5, type: 'lost', error: new TwinError('ERR_INTERRUPTED', 'Connection was lost') })
    log.addObservation(request(2))
    log.addObservation({ at: 9, type: 'sent', packet: 'DISCONNECT' })
    const answers = log.entries.map((entry) => `${entry.name} ${entry.answer?.text ?? ''}`.trim())
    expect(answers).toEqual(['report no response', 'lost', 'report no response', 'DISCONNECT'])
    expect(log.addObservation(answer(2))).toEqual({ changed: [], removed: [] })
  })

  it('uses one entry for a token request and its token, and one for CONNECT and CONNACK', () => {
    const log = createWireLog()
    log.addObservation({ at: 1, type: 'token', step: 'asked' })
    log.addObservation({ at: 4, type: 'token', step: 'given', expiresAt: 3_600_000 })
    log.addObservation({ at: 5, type: 'sent', packet: 'CONNECT' })
    log.addObservation({ at: 9, type: 'received', packet: 'CONNACK', code: 5 })
    expect(log.entries).toMatchObject([
      { name: 'token', answer: { text: expect.stringContaining('until '), at: 4 } },
      { name: 'CONNECT', answer: { text: 'CONNACK 5', at: 9 }, isTrouble: true },
    ])
  })

  it('keeps only the newest 500 entries, and awaits no answer to a dropped entry', () => {
    const log = createWireLog()
    const perDay = 20_000
    for (let rid = 1; rid <= perDay; rid++) log.addObservation(request(rid))
    expect(log.entries.length).toBe(MAX_ENTRIES)
    expect(log.entries.length + log.dropped).toBe(perDay)
    expect(log.entries.at(-1)?.id).toBe(perDay)
    expect(log.addObservation(answer(1)).changed).toEqual([])
    expect(log.addObservation(answer(perDay)).changed).toMatchObject([{ id: perDay, answer: { text: '204' } }])
  })

  it('folds each failed attempt into a single entry, with what follows it until the next attempt', () => {
    const log = createWireLog()
    const error = new TwinError('ERR_REFUSED', 'Hub refused the connection (CONNACK 5)')
    const state = (at: number, name: 'authorizing' | 'opening' | 'waiting' | 'ready'): TwinObservation => ({
      ...{ at, type: 'state', state: name },
      ...(name === 'waiting' && { error }),
    })
    const fail = (at: number): ReturnType<typeof log.addObservation> => {
      log.addObservation(state(at, 'authorizing'))
      log.addObservation(state(at + 1, 'opening'))
      log.addObservation({ at: at + 2, type: 'sent', packet: 'CONNECT' })
      log.addObservation({ at: at + 3, type: 'received', packet: 'CONNACK', code: 5 })
      return log.addObservation(state(at + 4, 'waiting'))
    }
    expect(fail(10)).toMatchObject({ changed: [{ id: 1, name: 'attempt' }], removed: [2, 3, 4] })
    expect(log.addObservation({ at: 15, type: 'token', step: 'refused' })).toMatchObject({ removed: [5] })
    fail(20)
    log.addObservation(state(30, 'authorizing'))
    log.addObservation(state(31, 'ready'))
    expect(log.entries).toMatchObject([
      { at: 10, detail: '1 failed: Hub refused the connection (CONNACK 5) (ERR_REFUSED)' },
      { at: 20, detail: expect.stringMatching(/^2 failed/), steps: { length: 4 }, isTrouble: true },
      { name: 'state', detail: 'authorizing' },
      { name: 'state', detail: 'ready' },
    ])
    expect(log.entries[0]?.steps?.map(({ name }) => name)).toEqual(['state', 'state', 'CONNECT', 'state', 'token'])
    const found = log.entries.filter((entry) => isShown(entry, { show: 'errors', words: 'connack' }))
    expect(found.map(({ at }) => at)).toEqual([10, 20])
  })

  it('searches topics, payloads, and answers, ignoring case', () => {
    const log = createWireLog()
    log.addObservation(request(1))
    log.addObservation(answer(1, 204))
    const [entry] = log.entries
    if (entry === undefined) throw new Error('no entry')
    const found = (words: string) => isShown(entry, { show: 'all', words })
    expect(['REPORTED', '"A":1', 'res/204', '$rid=1', 'nothing'].map(found)).toEqual([true, true, true, true, false])
    expect(isShown(entry, { show: 'connection', words: '' })).toBe(false)
  })
})
