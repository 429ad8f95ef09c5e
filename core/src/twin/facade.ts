import { TwinError } from '../errors.ts'
import type { TwinDocument } from '../protocol/document.ts'
import type { JsonObject, JsonValue } from '../protocol/json.ts'
import { copyReportedPatch } from '../protocol/limits.ts'
import type { Clock } from '../session/clock.ts'
import type { DesiredChange } from './changes.ts'
import { closedError } from './closed-error.ts'
import { createFollowedTwin, type FollowedTwin } from './followed-twin.ts'
import type { HubLink } from './hub-link.ts'
import { onAbort } from './listening/on-abort.ts'
import { wait } from './listening/wait.ts'
import type { Twin, WaitOptions } from './twin.ts'
import type { TwinUpdate } from './twin-update.ts'

/** The app's side of a twin: follows the updates, and passes calls on. */
export interface Facade {
  readonly twin: Twin
  document(): TwinDocument
  /** There has been a first sync. */
  isSynced(): boolean
  update(update: TwinUpdate): void
  /** Calls `start`, unless the app's signal is aborted. A later abort closes the twin. */
  open(start: () => void): void
}

/** The hub's side, in this tab or in another. */
export interface FacadeOptions extends Pick<HubLink, 'report' | 'refresh' | 'close'> {
  readonly clock: Clock
  readonly requestTimeoutInMs: number
  readonly signal: AbortSignal | undefined
}

type DesiredListener<Value extends JsonValue | undefined = JsonValue | undefined> = (
  change: DesiredChange<Value>,
) => void

export function createFacade(options: FacadeOptions): Facade {
  const { signal, close } = options
  let offSignal = (): void => {}
  const followed = createFollowedTwin(() => offSignal())

  return {
    twin: createTwinObject(followed, options),
    document: followed.document,
    isSynced: followed.isSynced,
    update: followed.update,
    open(start) {
      if (signal?.aborted) void close()
      else {
        if (signal !== undefined) offSignal = onAbort(signal, () => void close())
        start()
      }
    },
  }
}

function createTwinObject(followed: FollowedTwin, options: FacadeOptions): Twin {
  const { desired, reported, statuses } = followed
  const twin: Twin = {
    async ready({ signal }: WaitOptions = {}) {
      throwIfClosed(followed)
      signal?.throwIfAborted()
      return followed.isSynced() ? followed.document() : waitForSync(followed, signal)
    },
    get desired() {
      return followed.document().desired
    },
    get reported() {
      return followed.document().reported
    },
    get versions() {
      return followed.document().versions
    },
    get status() {
      return statuses.state()
    },
    async refresh({ signal }: WaitOptions = {}) {
      throwIfClosed(followed)
      return refresh(followed, options, signal)
    },
    async report(patch: unknown, { signal }: WaitOptions = {}) {
      const copy = copyReportedPatch(patch)
      throwIfClosed(followed)
      return wait(signal, (resolve, reject) => options.report(copy, { resolve, reject }))
    },
    onDesired(...args: [DesiredListener<JsonObject>] | [string, DesiredListener]) {
      // The value at the root is always an object.
      return args.length === 1 ? desired.listen('', args[0] as DesiredListener) : desired.listen(...args)
    },
    changes({ path = '', signal } = {}) {
      return desired.iterate(path, signal)
    },
    onReported: reported.listen,
    onStatus: statuses.listen,
    statuses: ({ signal }: WaitOptions = {}) => statuses.iterate(signal),
    close: options.close,
  }
  return Object.freeze(twin)
}

function throwIfClosed({ statuses }: FollowedTwin): void {
  const state = statuses.state()
  if (state.type === 'closed') throw closedError(state.error)
}

function waitForSync(followed: FollowedTwin, signal: AbortSignal | undefined): Promise<TwinDocument> {
  return wait(signal, (resolve, reject) =>
    followed.statuses.onNext((status) => {
      if (status.type === 'ready') resolve(followed.document())
      else if (status.type === 'closed') reject(closedError(status.error))
      else if (status.type === 'waiting' && status.error.code === 'ERR_UNAUTHORIZED') reject(status.error)
    }),
  )
}

function refresh(
  followed: FollowedTwin,
  { clock, requestTimeoutInMs, refresh: askHub }: FacadeOptions,
  signal: AbortSignal | undefined,
): Promise<TwinDocument> {
  return wait(signal, (resolve, reject) => {
    const stopTimer = clock.after(requestTimeoutInMs, () => {
      reject(new TwinError('ERR_TIMEOUT', `Twin was not read within ${requestTimeoutInMs} ms`))
    })
    const cancel = askHub({ resolve: () => resolve(followed.document()), reject })
    return () => {
      cancel()
      stopTimer()
    }
  })
}
