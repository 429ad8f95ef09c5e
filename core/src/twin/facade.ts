import type { TwinError } from '../errors.ts'
import type { TwinDocument } from '../protocol/document.ts'
import { copyReportedPatch } from '../protocol/limits.ts'
import type { TwinStatus } from '../protocol/machine-states.ts'
import type { Clock } from '../session/clock.ts'
import type { WakeSource } from '../session/wake-source.ts'
import type { ReportedChange } from './changes.ts'
import { closedError, throwIfClosed } from './closed-error.ts'
import { createFollowedTwin, type FollowedTwin, readDocument, updateTwin } from './followed-twin.ts'
import type { HubLink } from './hub-link.ts'
import { createDesiredMethods } from './listening/desired-methods.ts'
import { addListener } from './listening/listeners.ts'
import { onAbort } from './listening/on-abort.ts'
import { listenToReported } from './listening/reported-listeners.ts'
import { iterateStates, listenToState } from './listening/state-listeners.ts'
import { checkWaitOptions, type Wait, wait } from './listening/wait.ts'
import type { CheckedOptions } from './options.ts'
import type { IterationOptions, Twin, WaitOptions } from './twin.ts'
import type { TwinUpdate } from './twin-update.ts'
import { TwinValues } from './twin-values.ts'

/** The app's side of a twin: follows the updates, and passes calls on. */
export interface Facade {
  readonly followed: FollowedTwin
  /** For the creator to complete, and to freeze. */
  readonly twin: Twin
  readonly options: FacadeOptions
  /** Each ends a subscription: to wake events, and to the app's signal. */
  unsubscribes: readonly ((() => void) | undefined)[]
}

export interface FacadeOptions {
  readonly settings: Pick<CheckedOptions, 'requestTimeoutInMs' | 'signal' | 'wakeSource'>
  /** The hub's side, in this tab or in another. */
  readonly link: Pick<HubLink, 'report' | 'refresh' | 'close'>
  readonly clock: Clock
}

export function createFacade(options: FacadeOptions): Facade {
  const followed = createFollowedTwin()
  return { followed, twin: createTwinObject(followed, options), options, unsubscribes: [] }
}

/**
 * Calls `start`, unless the app's signal is aborted. A later abort closes the twin. Until it is
 * closed, wake events go to `wake`.
 */
export function openFacade(facade: Facade, start: () => void, wake: Parameters<WakeSource>[0]): void {
  const { settings, link } = facade.options
  const { signal, wakeSource } = settings
  if (signal?.aborted) return void link.close()
  facade.unsubscribes = [wakeSource?.(wake), signal && onAbort(signal, () => void link.close())]
  start()
}

export function updateFacade({ followed, unsubscribes }: Facade, update: TwinUpdate): void {
  if (update.type === 'status' && update.status.type === 'closed')
    for (const unsubscribe of unsubscribes) unsubscribe?.()
  updateTwin(followed, update)
}

/** Each method is its own function, so that an app may pass it on without the twin. */
function createTwinObject(followed: FollowedTwin, options: FacadeOptions): Twin {
  const { desired, reported, statuses } = followed
  const { link, clock, settings } = options

  const checkOpen = (): void => throwIfClosed(statuses.current)

  return Object.assign(new TwinValues(followed), {
    async ready(waitOptions: WaitOptions = {}) {
      checkWaitOptions(waitOptions)
      checkOpen()
      waitOptions.signal?.throwIfAborted()
      return followed.isSynced
        ? readDocument(followed)
        : waitForSync(followed, toWait(followed, clock, 'Twin was not synced', waitOptions))
    },
    async refresh(waitOptions: WaitOptions = {}) {
      const { timeoutInMs = settings.requestTimeoutInMs, signal } = checkWaitOptions(waitOptions)
      checkOpen()
      return wait<TwinDocument>(
        toWait(followed, clock, 'Twin was not read', { timeoutInMs, signal }),
        (resolve, reject) => link.refresh({ resolve: () => resolve(readDocument(followed)), reject }),
      )
    },
    async report(patch: unknown, waitOptions: WaitOptions = {}) {
      const copy = copyReportedPatch(patch)
      checkWaitOptions(waitOptions)
      checkOpen()
      return wait<number>(toWait(followed, clock, 'Hub did not accept the report', waitOptions), (resolve, reject) =>
        link.report(copy, { resolve, reject }),
      )
    },
    ...createDesiredMethods(desired, checkOpen),
    onReported(listener: (change: ReportedChange) => void) {
      checkOpen()
      return listenToReported(reported, listener)
    },
    onStatus: (listener: (status: TwinStatus) => void) => listenToState(statuses, listener),
    statuses: (iteration: IterationOptions = {}) =>
      iterateStates(statuses, checkWaitOptions(iteration, ['signal']).signal),
    close: link.close,
  })
}

function toWait({ statuses }: FollowedTwin, clock: Clock, unmet: string, { signal, timeoutInMs }: WaitOptions): Wait {
  const cause = (): TwinError | undefined => {
    const { current } = statuses
    return current.type === 'waiting' ? current.error : undefined
  }
  return { signal, timeoutInMs, clock, unmet, cause }
}

function waitForSync(followed: FollowedTwin, options: Wait): Promise<TwinDocument> {
  return wait(options, (resolve, reject) =>
    addListener(followed.statuses, (status) => {
      switch (status?.type) {
        case 'ready':
          return resolve(readDocument(followed))
        case 'closed':
          return reject(closedError(status.error))
        case 'waiting':
          if (status.error.code === 'ERR_UNAUTHORIZED') reject(status.error)
      }
    }),
  )
}
