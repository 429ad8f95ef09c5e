import { describe, expect, test } from 'vitest'
import { TwinError, type TwinErrorCode } from '../../core/src/errors.ts'
import { createCalls } from '../../core/src/tabs/calls.ts'
import { countOf, fieldsOf, listOf, numberOf, textOf } from '../../core/src/tabs/fields.ts'
import type { Message } from '../../core/src/tabs/messages.ts'
import { toPlain } from '../../core/src/tabs/plain-message.ts'
import { readMessage } from '../../core/src/tabs/read-message.ts'

const error = new TwinError('ERR_HUB', 'away', { status: 500, retryAfterInMs: 7, retriable: true })
const DOCUMENT = { desired: { a: 1 }, reported: { b: 2 }, versions: { desired: 3, reported: 4 } }
const SEEN = { term: 't', n: 0 }
const CALLER = { tab: 'a', term: 't', id: 0 }

const MESSAGES: readonly Message[] = [
  { type: 'hello', tab: 'a', nonce: 1, open: 1 },
  { type: 'hello', tab: 'a', nonce: 1, open: 1, seen: SEEN },
  { type: 'call', ...CALLER, call: { type: 'refresh' } },
  { type: 'call', ...CALLER, call: { type: 'report', patch: { a: null } } },
  { type: 'cancel', ...CALLER },
  { type: 'lead', term: 't' },
  { type: 'welcome', tab: 'a', nonce: 1, ...SEEN },
  { type: 'welcome', tab: 'a', nonce: 1, ...SEEN, state: { status: { type: 'connecting', attempt: 1 } } },
  { type: 'welcome', tab: 'a', nonce: 1, ...SEEN, state: { status: { type: 'ready' }, document: DOCUMENT } },
  { type: 'welcome', tab: 'a', nonce: 1, ...SEEN, state: { status: { type: 'ready', error } } },
  { type: 'update', ...SEEN, update: { type: 'document', document: DOCUMENT } },
  { type: 'update', ...SEEN, update: { type: 'desired', version: 5, properties: { a: null } } },
  { type: 'update', ...SEEN, update: { type: 'reported', version: 5, properties: { a: [1] } } },
  { type: 'update', ...SEEN, update: { type: 'status', status: { type: 'waiting', retryInMs: 0.5, error } } },
  { type: 'outcome', ...CALLER, outcome: { type: 'done' } },
  { type: 'outcome', ...CALLER, outcome: { type: 'done', version: 6 } },
  { type: 'outcome', ...CALLER, outcome: { type: 'failed', error } },
  { type: 'outcome', ...CALLER, outcome: { type: 'failed', error: new RangeError('too large') } },
  { type: 'outcome', ...CALLER, outcome: { type: 'failed', error: new Error('failed') } },
  { type: 'handover', reports: [{ tab: 'a', id: 1, patch: { a: 1 } }] },
]

const sent = (message: unknown): unknown => structuredClone(toPlain(message as Message))

describe('A message between tabs', () => {
  test.each(MESSAGES)('arrives as it was sent: %j', (message) => {
    const read = readMessage(sent(message))
    expect(read).toStrictEqual(message)
    expect(readMessage({ ...(sent(message) as object), extra: 1 })).toStrictEqual(message)
  })

  test('keeps an error with all of its fields, and names no other class than RangeError', () => {
    const read = readMessage(sent({ type: 'outcome', ...CALLER, outcome: { type: 'failed', error } }))
    expect((read as { outcome: { error: TwinError } }).outcome.error).toMatchObject({
      code: 'ERR_HUB',
      message: 'away',
      status: 500,
      retryAfterInMs: 7,
      retriable: true,
    })
    const other = new TypeError('odd')
    const odd = readMessage(sent({ type: 'outcome', ...CALLER, outcome: { type: 'failed', error: other } }))
    expect((odd as { outcome: { error: Error } }).outcome.error.constructor).toBe(Error)
  })

  test('leaves out the code of an error that is not a TwinError, such as that of Node', () => {
    const missing = Object.assign(new Error('no file'), { code: 'ENOENT' })
    const read = readMessage(sent({ type: 'outcome', ...CALLER, outcome: { type: 'failed', error: missing } }))
    expect(read).toStrictEqual({ type: 'outcome', ...CALLER, outcome: { type: 'failed', error: new Error('no file') } })
  })

  test.each<TwinErrorCode>([
    'ERR_REFUSED',
    'ERR_UNAUTHORIZED',
    'ERR_TOKEN',
    'ERR_UNREACHABLE',
    'ERR_INTERRUPTED',
    'ERR_TIMEOUT',
    'ERR_THROTTLED',
    'ERR_BAD_REQUEST',
    'ERR_HUB',
    'ERR_PROTOCOL',
    'ERR_QUEUE_FULL',
    'ERR_REPLACED',
    'ERR_CLOSED',
  ])('can carry an error with the code %s', (code) => {
    const message = { type: 'outcome', ...CALLER, outcome: { type: 'failed', error: new TwinError(code, 'm') } }
    expect(readMessage(sent(message))).toMatchObject({ outcome: { error: { code } } })
  })

  test('freezes the twin that it carries', () => {
    const read = readMessage(sent(MESSAGES[10])) as unknown as { update: { document: typeof DOCUMENT } }
    const { desired, versions } = read.update.document
    expect([desired, versions, read.update.document].map(Object.isFrozen)).toEqual([true, true, true])
  })

  const failed = (given: object): object => ({ type: 'outcome', ...CALLER, outcome: { type: 'failed', error: given } })
  test.each<[string, unknown]>([
    ['no object', 'hello'],
    ['null', null],
    ['an unknown type', { type: 'other' }],
    ['an unknown call', { type: 'call', ...CALLER, call: { type: 'other' } }],
    ['an unknown update', { type: 'update', ...SEEN, update: { type: 'other' } }],
    ['an unknown outcome', { type: 'outcome', ...CALLER, outcome: { type: 'other' } }],
    ['an unknown status', { type: 'update', ...SEEN, update: { type: 'status', status: { type: 'closed' } } }],
    ['an unknown code', failed({ code: 'ERR_OTHER', message: 'm', retriable: true })],
    ['an inherited name as a code', failed({ code: 'toString', message: 'm', retriable: true })],
    ['a code that is no text', failed({ code: ['ERR_HUB'], message: 'm', retriable: true })],
    ['a retriable that is a text', failed({ code: 'ERR_HUB', message: 'm', retriable: 'yes' })],
    ['a code without retriable', failed({ code: 'ERR_HUB', message: 'm' })],
    ['a status that is a text', failed({ code: 'ERR_HUB', message: 'm', retriable: true, status: '500' })],
    ['a message that is no text', failed({ message: 7 })],
    ['reports that are no list', { type: 'handover', reports: {} }],
    [
      'a section that is no object',
      { type: 'update', ...SEEN, update: { type: 'desired', version: 1, properties: 7 } },
    ],
  ])('is ignored with %s', (_, message) => {
    expect(readMessage(message)).toBeUndefined()
  })
})

describe('The fields of a message', () => {
  test.each<[string, (value: unknown) => unknown, readonly unknown[], readonly unknown[]]>([
    ['object', fieldsOf, [{}, []], [undefined, null, 7, 'x']],
    ['list', listOf, [[], [1]], [undefined, null, {}, 'x']],
    ['text', textOf, ['', 'x'], [undefined, null, 7, ['x']]],
    ['count', countOf, [0, 1, 2 ** 53 - 1], [undefined, null, '1', -1, 0.5, 2 ** 53, Number.NaN]],
    ['number', numberOf, [0, 0.5, 1e300], [undefined, null, '1', -1, Infinity, Number.NaN]],
  ])('are read as %s', (_, read, good, bad) => {
    for (const value of good) expect(read(value)).toBe(value)
    for (const value of bad) expect(() => read(value)).toThrow(new TypeError('Message is malformed'))
  })
})

describe('The calls of a tab', () => {
  const refresh = { type: 'refresh' } as const

  test('are settled once, in any order, or when they may be', () => {
    const outcomes: unknown[] = []
    const calls = createCalls()
    const ids = [1, 2, 3].map(() => calls.add(refresh, (outcome) => outcomes.push(outcome)))
    expect([ids, calls.firstOpen()]).toEqual([[1, 2, 3], 1])
    calls.defer(2, { type: 'done', version: 2 })
    calls.defer(9, { type: 'done' })
    expect([calls.open().map(({ id }) => id), outcomes]).toEqual([[1, 3], []])
    calls.settle(1, { type: 'done', version: 1 })
    calls.settle(1, { type: 'done', version: 9 })
    expect(calls.firstOpen()).toBe(2)
    calls.settleDeferred()
    expect(outcomes).toEqual([
      { type: 'done', version: 1 },
      { type: 'done', version: 2 },
    ])
    expect([calls.remove(3), calls.remove(3), calls.firstOpen()]).toEqual([true, false, 4])
  })

  test('fail when the twin closes, except those with an outcome', () => {
    const outcomes: unknown[] = []
    const calls = createCalls()
    const settle = (outcome: unknown): void => void outcomes.push(outcome)
    calls.add(refresh, settle)
    calls.add(refresh, settle)
    calls.defer(1, { type: 'done' })
    calls.close(error)
    expect(outcomes).toEqual([
      { type: 'done' },
      {
        type: 'failed',
        error: new TwinError('ERR_CLOSED', 'Twin was closed before the hub answered', { cause: error }),
      },
    ])
    const plain: { error?: Error }[] = []
    const others = createCalls()
    others.add(refresh, (outcome) => plain.push(outcome as { error: Error }))
    others.close(undefined)
    expect(Object.hasOwn(plain[0]?.error ?? {}, 'cause')).toBe(false)
    expect(plain[0]?.error?.message).toBe('Twin was closed before the hub answered')
  })

  test('are limited', () => {
    const calls = createCalls()
    for (let count = 0; count < 10_000; count++) calls.add(refresh, () => {})
    expect(() => calls.add(refresh, () => {})).toThrow(
      new RangeError('10000 calls wait for the leader tab, which is the limit'),
    )
  })
})
