import { TwinError } from '../errors.ts'
import type { TwinDocument } from '../protocol/document.ts'
import type { JsonObject, JsonValue } from '../protocol/json.ts'
import { copyReportedPatch } from '../protocol/limits.ts'
import type { TwinStatus } from '../protocol/machine-states.ts'
import type { Clock } from '../session/clock.ts'
import type { DesiredChange, ReportedChange } from './changes.ts'
import { closedError } from './closed-error.ts'
import { createFollowedTwin, type FollowedTwin, updateTwin } from './followed-twin.ts'
import type { HubLink } from './hub-link.ts'
import { iterateDesired, listenToDesired } from './listening/desired-listeners.ts'
import { addListener } from './listening/listeners.ts'
import { onAbort } from './listening/on-abort.ts'
import { listenToReported } from './listening/reported-listeners.ts'
import { iterateStates, listenToState } from './listening/state-listeners.ts'
import { wait } from './listening/wait.ts'
import type { CheckedOptions } from './options.ts'
import type { Twin, WaitOptions } from './twin.ts'
import type { TwinUpdate } from './twin-update.ts'
import { TwinValues } from './twin-values.ts'

/** The app's side of a twin: follows the updates, and passes calls on. */
export interface Facade {
  readonly followed: FollowedTwin
  /** For the creator to complete, and to freeze. */
  readonly twin: Twin
  readonly options: FacadeOptions
  /** Stops listening to the app's signal. */
  offSignal: (() => void) | undefined
}

export interface FacadeOptions {
  readonly settings: Pick<CheckedOptions, 'requestTimeoutInMs' | 'signal'>
  /** The hub's side, in this tab or in another. */
  readonly link: Pick<HubLink, 'report' | 'refresh' | 'close'>
  readonly clock: Clock
}

type DesiredListener<Value extends JsonValue | undefined = JsonValue | undefined> = (
  change: DesiredChange<Value>,
) => void

export function createFacade(options: FacadeOptions): Facade {
  const followed = createFollowedTwin()
  return { followed, twin: createTwinObject(followed, options), options, offSignal: undefined }
}

/** Calls `start`, unless the app's signal is aborted. A later abort closes the twin. */
export function openFacade(facade: Facade, start: () => void): void {
  const { settings, link } = facade.options
  const { signal } = settings
  if (signal?.aborted) return void link.close()
  facade.offSignal = signal && onAbort(signal, () => void link.close())
  start()
}

export function updateFacade({ followed, offSignal }: Facade, update: TwinUpdate): void {
  if (update.type === 'status' && update.status.type === 'closed') offSignal?.()
  updateTwin(followed, update)
}

/** Each method is a function of its own, so that an app may pass it on without the twin. */
function createTwinObject(followed: FollowedTwin, options: FacadeOptions): Twin {
  const { desired, reported, statuses } = followed
  const { link } = options
  return Object.assign(new TwinValues(followed), {
    async ready({ signal }: WaitOptions = {}) {
      throwIfClosed(followed)
      signal?.throwIfAborted()
      return followed.isSynced ? followed.document : waitForSync(followed, signal)
    },
    async refresh({ signal }: WaitOptions = {}) {
      throwIfClosed(followed)
      return refresh(followed, options, signal)
    },
    async report(patch: unknown, { signal }: WaitOptions = {}) {
      const copy = copyReportedPatch(patch)
      throwIfClosed(followed)
      return wait<number>(signal, (resolve, reject) => link.report(copy, { resolve, reject }))
    },
    onDesired(...args: [DesiredListener<JsonObject>] | [string, DesiredListener]) {
      // The value at the root is always an object.
      return args.length === 1
        ? listenToDesired(desired, '', args[0] as DesiredListener)
        : listenToDesired(desired, ...args)
    },
    changes: ({ path = '', signal }: WaitOptions & { readonly path?: string | undefined } = {}) =>
      iterateDesired(desired, path, signal),
    onReported: (listener: (change: ReportedChange) => void) => listenToReported(reported, listener),
    onStatus: (listener: (status: TwinStatus) => void) => listenToState(statuses, listener),
    statuses: ({ signal }: WaitOptions = {}) => iterateStates(statuses, signal),
    close: link.close,
  })
}

function throwIfClosed({ statuses: { state } }: FollowedTwin): void {
  if (state.type === 'closed') throw closedError(state.error)
}

function waitForSync(followed: FollowedTwin, signal: AbortSignal | undefined): Promise<TwinDocument> {
  return wait(signal, (resolve, reject) =>
    addListener(followed.statuses, (status) => {
      if (status.type === 'ready') resolve(followed.document)
      else if (status.type === 'closed') reject(closedError(status.error))
      else if (status.type === 'waiting' && status.error.code === 'ERR_UNAUTHORIZED') reject(status.error)
    }),
  )
}

function refresh(
  followed: FollowedTwin,
  { clock, link, settings: { requestTimeoutInMs } }: FacadeOptions,
  signal: AbortSignal | undefined,
): Promise<TwinDocument> {
  return wait(signal, (resolve, reject) => {
    const stopTimer = clock.after(requestTimeoutInMs, () => {
      reject(new TwinError('ERR_TIMEOUT', `Twin was not read within ${requestTimeoutInMs} ms`))
    })
    const cancel = link.refresh({ resolve: () => resolve(followed.document), reject })
    return () => {
      cancel()
      stopTimer()
    }
  })
}
