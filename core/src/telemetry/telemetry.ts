import type { AttachedFeature, Feature, FeatureHost } from '../device/feature.ts'
import { TwinError } from '../errors.ts'
import { createDeferred } from '../session/deferred.ts'
import { runReducer } from '../session/run-reducer.ts'
import { clearTimer, createTimers, setTimer } from '../session/timers.ts'
import { createApi, hasRoom, type Telemetry, type Waiter } from './api.ts'
import { closedError, next } from './machine.ts'
import { type CheckedTelemetryOptions, checkTelemetryOptions, type TelemetryOptions } from './options.ts'
import { entriesOf, type Entry } from './queue.ts'
import { createSaves } from './saves.ts'
import { createTelemetryState, type TelemetryEffect, type TelemetryInput, type TelemetryState } from './states.ts'
import { createMessageStorage } from './stored-messages.ts'

/**
 * Adds telemetry to a device.
 *
 * @throws TypeError, RangeError for a wrong option
 * @example
 * ```ts
 * import { openDevice } from 'hubtwin'
 * import { telemetry } from 'hubtwin/telemetry'
 *
 * declare const connectionString: string
 * const device = openDevice(connectionString, { use: { telemetry: telemetry() } })
 * await device.telemetry.send({ temperature: 21.5 }, { properties: { alert: 'false' } })
 * await device.close()
 * ```
 */
export function telemetry(options: TelemetryOptions = {}): Feature<Telemetry> {
  const checked = checkTelemetryOptions(options)
  return { attach: (host) => attachTelemetry(host, checked) }
}

/** How long the storage may keep a message that the hub has. A restart in between sends a copy. */
const SAVE_DELAY_IN_MS = 1000

function attachTelemetry(host: FeatureHost, options: CheckedTelemetryOptions): AttachedFeature<Telemetry> {
  if (host.isShared && options.storage !== undefined) {
    throw new TypeError('options.storage of telemetry() belongs to a single tab; a shared device has none')
  }
  const storage = options.storage && createMessageStorage(options.storage, host)
  const saves = storage && createSaves(storage, () => messagesOf(reducer.state))
  const sends = new Map<number, Waiter>()
  const readies = new Set<Waiter>()
  const [flushed, resolveFlushed] = createDeferred()
  const timers = createTimers<'acknowledge' | 'save'>(host.clock, (name) => {
    if (name === 'save') saves?.request()
    else host.abandon(silence(options))
  })
  const reducer = runReducer<TelemetryState, TelemetryInput, TelemetryEffect>(
    createTelemetryState(storage !== undefined),
    (state, input) => next(state, input, options),
    run,
  )
  const { dispatch } = reducer
  let lastId = 0
  let savedId = 0

  function run(effect: TelemetryEffect): void {
    switch (effect.type) {
      case 'publish': {
        const { id, topic, payload } = effect.entry
        // Without PUBACK, the end of the connection follows.
        return void host.publishAtLeastOnce(topic, payload).then(
          () => dispatch({ type: 'acknowledged', id }),
          () => {},
        )
      }
      case 'resolve':
      case 'reject': {
        const waiter = sends.get(effect.id)
        sends.delete(effect.id)
        return effect.type === 'resolve' ? waiter?.resolve() : waiter?.reject(effect.error)
      }
      case 'changed':
        return handleChange(reducer.state)
      case 'watch':
        return setTimer(timers, 'acknowledge', options.acknowledgeTimeoutInMs)
      case 'unwatch':
        return clearTimer(timers, 'acknowledge')
      case 'flushed':
        clearTimer(timers, 'save')
        // Until the storage has loaded, a save would overwrite its messages.
        if (!reducer.state.isLoading) saves?.request()
        for (const { reject } of [...readies]) reject(closedError())
        return resolveFlushed()
    }
  }

  function handleChange(state: TelemetryState): void {
    if (hasRoom(state, options)) for (const { resolve } of [...readies]) resolve()
    if (saves === undefined || state.isLoading) return
    if (lastId > savedId) saves.request()
    // A restart of the timer with each PUBACK could delay the save for as long as they arrive.
    else if (timers.cancels.save === undefined) setTimer(timers, 'save', SAVE_DELAY_IN_MS)
    savedId = lastId
  }

  const loaded = storage?.load().then((messages) => dispatch({ type: 'loaded', messages }))
  return {
    api: createApi({ host, options, reducer, sends, readies, nextId: () => ++lastId }),
    handleConnection(connection) {
      if (connection.type === 'closed') dispatch({ type: 'closed', cause: connection.error })
      else dispatch({ type: 'connection', connection: connection.type })
    },
    async close() {
      dispatch({ type: 'close' })
      await flushed
      await loaded
      await saves?.done()
    },
  }
}

function messagesOf({ inFlight, waiting }: TelemetryState): readonly Entry[] {
  return [...entriesOf(inFlight), ...entriesOf(waiting)].filter(({ isCanceled }) => !isCanceled)
}

function silence({ acknowledgeTimeoutInMs }: CheckedTelemetryOptions): TwinError {
  return new TwinError('ERR_TIMEOUT', `Hub did not acknowledge a message within ${acknowledgeTimeoutInMs} ms`)
}
