import type { TwinError } from '../../errors.ts'
import { type Backoff, backoffDelay } from '../../protocol/backoff.ts'
import type { JsonObject } from '../../protocol/json.ts'
import type { Clock } from '../../session/clock.ts'
import type { Outcome } from '../../session/requests.ts'
import { runReducer } from '../../session/run-reducer.ts'
import { next } from './outbox-machine.ts'
import { createOutboxState, type OutboxEffect, type OutboxInput, type OutboxState } from './outbox-states.ts'
import type { ReportStorage } from './report-storage.ts'

/** The callbacks of a caller of `report()`. */
export interface ReportWaiter {
  resolve(version: number): void
  reject(error: unknown): void
}

/** The reports that the hub has not accepted yet: sends them in order, one request at a time. */
export interface Outbox {
  /**
   * @returns ends the wait, and cancels the patch if it has not been sent
   * @throws RangeError when too many callers wait
   */
  add(patch: JsonObject, waiter: ReportWaiter): () => void
  /** @param isReady `false` when there is no connection, or it is about to change */
  setReady(isReady: boolean): void
  /** Rejects all waiting callers. @returns resolves when the storage has all patches */
  close(cause: TwinError | undefined): Promise<void>
}

export interface OutboxOptions {
  readonly clock: Clock
  readonly backoff: Backoff
  readonly storage?: ReportStorage | undefined
  /** Sends a request. It always has an outcome. */
  readonly send: (patch: JsonObject, onOutcome: (outcome: Outcome) => void) => void
  /** The hub accepted a patch. @returns the version after it */
  readonly onAccepted: (patch: JsonObject, version: number | undefined) => number
  /** The hub did not answer on a connection that seems alive. */
  readonly onSilence: () => void
}

/**
 * Each report is a promise that the app holds. This many come from a loop that does not wait.
 */
const MAX_WAITERS = 10_000

/** Runs the state machine of the outbox. */
export function createOutbox(options: OutboxOptions): Outbox {
  const { clock, backoff, storage, send, onAccepted, onSilence } = options
  const waiters = new Map<number, ReportWaiter>()
  let lastId = 0
  let resolveEnd: (() => void) | undefined
  let stopTimer: (() => void) | undefined
  const first = createOutboxState(storage !== undefined)
  const { dispatch } = runReducer<OutboxState, OutboxInput, OutboxEffect>(
    first,
    // The outbox may refuse a report before it handles the cancellation.
    (state, input) => (input.type === 'cancel' && !waiters.delete(input.id) ? [state, []] : next(state, input)),
    run,
  )

  function run(effect: OutboxEffect): void {
    switch (effect.type) {
      case 'send':
        return send(effect.patch, (outcome) => dispatch({ type: 'outcome', outcome }))
      case 'accept': {
        const version = onAccepted(effect.patch, effect.version)
        return settle(effect.through, (waiter) => waiter.resolve(version))
      }
      case 'reject':
        return settle(effect.through, (waiter) => waiter.reject(effect.error))
      case 'refuse':
        waiters.get(effect.id)?.reject(effect.error)
        return void waiters.delete(effect.id)
      case 'backOff': {
        const { failures, error } = effect
        if (error.code === 'ERR_TIMEOUT') onSilence()
        const delayInMs = (error.retryAfterInMs ?? 0) + backoffDelay(failures, clock.random(), backoff)
        stopTimer = clock.after(delayInMs, () => dispatch({ type: 'retry' }))
        return
      }
      case 'save':
        return void storage?.save(effect.patches).then(() => dispatch({ type: 'stored', patches: [] }))
      case 'end':
        return resolveEnd?.()
    }
  }

  function settle(through: number, call: (waiter: ReportWaiter) => void): void {
    for (const [id, waiter] of waiters) {
      if (id > through) return
      waiters.delete(id)
      call(waiter)
    }
  }

  void storage?.load().then((patches) => dispatch({ type: 'stored', patches }))
  return {
    add(patch, waiter) {
      if (waiters.size >= MAX_WAITERS)
        throw new RangeError(`${waiters.size} reports wait for the hub, which is the limit`)
      const id = ++lastId
      waiters.set(id, waiter)
      dispatch({ type: 'report', id, patch })
      return () => dispatch({ type: 'cancel', id })
    },
    setReady: (isReady) => dispatch({ type: isReady ? 'resume' : 'pause' }),
    close(cause) {
      stopTimer?.()
      return new Promise((resolve) => {
        resolveEnd = resolve
        dispatch({ type: 'close', cause })
      })
    },
  }
}
