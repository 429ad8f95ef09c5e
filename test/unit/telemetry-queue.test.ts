import { describe, expect, test } from 'vitest'
import { TwinError } from '../../core/src/errors.ts'
import { next } from '../../core/src/telemetry/machine.ts'
import { append, entriesOf, type Entry, firstOf, queueOf, withoutFirst } from '../../core/src/telemetry/queue.ts'
import {
  createTelemetryState,
  type TelemetryInput,
  type TelemetrySettings,
  type TelemetryState,
} from '../../core/src/telemetry/states.ts'

const message = (id: number): Entry => ({ topic: String(id), payload: '', size: 10, id, wasSent: false })

describe('A queue', () => {
  test('has the order and the length of a list, whichever way it came about', () => {
    let queue = queueOf([message(1), message(2), message(3)])
    const list = [1, 2, 3]
    for (let id = 4; id <= 12; id++) {
      queue = withoutFirst(append(queue, message(id)))
      list.push(id)
      list.shift()
      if (id % 3 === 0) {
        queue = withoutFirst(queue)
        list.shift()
      }
      const ids = entriesOf(queue).map((entry) => entry.id)
      expect([ids, queue.length, firstOf(queue)?.id]).toEqual([list, list.length, list[0]])
    }
    expect(list).toEqual([])
  })
})

const SETTINGS: TelemetrySettings = { maxMessages: 2, maxBytes: 25, overflow: 'reject-newest', window: 2 }

function after(...inputs: readonly TelemetryInput[]): TelemetryState {
  return inputs.reduce((state, input) => next(state, input, SETTINGS)[0], createTelemetryState(false))
}

const send = (id: number): TelemetryInput => ({ type: 'send', id, message: message(id) })
const UP: TelemetryInput = { type: 'connection', connection: 'up' }

describe('The state of telemetry', () => {
  test('keeps messages in flight while a renewal drains the connection, and sends no copy over it', () => {
    const state = after(UP, send(1))
    const [draining, effects] = next(state, { type: 'connection', connection: 'draining' }, SETTINGS)
    expect(entriesOf(draining.inFlight)).toMatchObject([{ id: 1, wasSent: false }])
    expect(effects).toEqual([])
    const [again, more] = next(draining, UP, SETTINGS)
    expect(entriesOf(again.inFlight)).toMatchObject([{ id: 1, wasSent: false }])
    expect(more).toEqual([])
  })

  test('names the limits of a full queue', () => {
    const full = after(send(1), send(2))
    const rejectedBy = (overflow: TelemetrySettings['overflow']): unknown =>
      next(full, send(3), { ...SETTINGS, overflow })[1].find(({ type }) => type === 'reject')
    const limits = 'Telemetry queue has its limit of 2 messages or 25 bytes'
    expect(rejectedBy('reject-newest')).toEqual({
      ...{ type: 'reject', id: 3 },
      error: new TwinError('ERR_QUEUE_FULL', `${limits}: the message was not accepted`),
    })
    expect(rejectedBy('reject-oldest')).toEqual({
      ...{ type: 'reject', id: 1 },
      error: new TwinError('ERR_QUEUE_FULL', `${limits}: a newer message took the place of this message`),
    })
  })

  test('takes a message that fills it to the last byte', () => {
    const settings = { ...SETTINGS, maxBytes: 20 }
    expect(next(after(send(1)), send(2), settings)[0]).toMatchObject({ count: 2, bytes: 20 })
  })

  test('rejects its messages with the cause of the end, if there is any', () => {
    const cause = new TwinError('ERR_REPLACED', 'Another connection replaces this connection')
    const endWith = (given: TwinError | undefined): unknown[] =>
      next(after(send(1)), { type: 'closed', cause: given }, SETTINGS)[1].flatMap((effect) =>
        effect.type === 'reject' ? [[effect.error.code, 'cause' in effect.error, effect.error.cause]] : [],
      )
    expect(endWith(cause)).toEqual([['ERR_CLOSED', true, cause]])
    expect(endWith(undefined)).toEqual([['ERR_CLOSED', false, undefined]])
  })
})
