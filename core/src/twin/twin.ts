import type { TwinDocument, TwinVersions } from '../protocol/document.ts'
import type { JsonObject } from '../protocol/json.ts'
import type { TwinStatus } from '../protocol/machine-states.ts'
import type { DesiredChange, ReportedChange } from './changes.ts'
import type { DesiredPath, DesiredValue } from './desired-path.ts'
import type { Fixed, LastKnown, TwinPatch } from './twin-types.ts'

/**
 * The twin of a device or of a module, kept in sync with the hub until the app closes it.
 *
 * @typeParam Desired the properties that the back end sets, as far as the app knows
 * @typeParam Reported the properties that the device reports
 * @example
 * ```ts
 * import { type LastKnown, openTwin, type Twin, type TwinPatch, type WaitOptions } from 'hubtwin'
 *
 * interface Desired {
 *   readonly target: number
 * }
 * interface Reported {
 *   readonly target: number
 *   readonly temperature: number
 * }
 *
 * declare const connectionString: string
 * const twin: Twin<Desired, Reported> = openTwin<Desired, Reported>(connectionString)
 * const wait: WaitOptions = { signal: AbortSignal.timeout(30_000) }
 * await twin.ready(wait)
 * const { target = 20 }: LastKnown<Desired> = twin.desired
 * const patch: TwinPatch<Reported> = { target, temperature: 19.5 }
 * console.log(await twin.report(patch, wait))
 * ```
 */
export interface Twin<Desired extends object = JsonObject, Reported extends object = JsonObject> {
  /**
   * Waits for the first full sync, even while the hub is unreachable. Has no deadline without
   * `timeoutInMs`.
   *
   * @throws TwinError `ERR_UNAUTHORIZED` when the hub refuses a fresh token (the twin goes on
   * trying), `ERR_TIMEOUT` after `timeoutInMs`, `ERR_CLOSED`
   */
  ready(options?: WaitOptions): Promise<TwinDocument<LastKnown<Desired>, LastKnown<Reported>>>
  /** The last known desired properties, frozen, without `$`-keys. Empty before the first sync. */
  readonly desired: LastKnown<Desired>
  /**
   * The reported properties that the hub has, frozen, without `$`-keys. Empty before the first
   * sync.
   */
  readonly reported: LastKnown<Reported>
  /** The `$version` of each section. 0 before the first sync. */
  readonly versions: TwinVersions
  readonly status: TwinStatus
  /**
   * Reads the whole twin again. Without a connection, waits for the next. The default of
   * `timeoutInMs` is `requestTimeoutInMs`.
   *
   * @throws TwinError `ERR_TIMEOUT` after `timeoutInMs`, `ERR_THROTTLED`, `ERR_HUB`,
   * `ERR_PROTOCOL`, `ERR_CLOSED`
   */
  refresh(options?: WaitOptions): Promise<TwinDocument<LastKnown<Desired>, LastKnown<Reported>>>
  /**
   * Merges a patch into the reported properties: objects by key, `null` deletes a key, arrays and
   * scalars replace the whole value.
   *
   * No report is lost, and the hub gets all reports in order. While there is no connection, or
   * another report is in flight, patches fold into the next request. A report without a response is
   * sent again. Without `timeoutInMs`, it waits for a connection as long as the twin is open, even
   * while the hub refuses the key.
   *
   * Aborting and `timeoutInMs` end the wait, and cancel the patch if it has not been sent. The
   * check of the patch comes first, so an aborted signal turns the call into a mere check.
   *
   * @returns the reported `$version` after the request that contained the patch
   * @throws TypeError names the path of a value that JSON cannot carry unchanged
   * @throws RangeError names the path and the hub's limit that the patch exceeds
   * @throws TwinError `ERR_BAD_REQUEST`, `ERR_UNAUTHORIZED`, `ERR_PROTOCOL`, `ERR_CLOSED`,
   * `ERR_TIMEOUT` after `timeoutInMs`: the hub may have the patch if it has been sent
   */
  report(patch: TwinPatch<Reported>, options?: WaitOptions): Promise<number>
  /**
   * Calls with the current value soon, and then with every change.
   *
   * @param path keys joined by dots: the listener gets changes at, above or below this path, once
   * the path exists
   * @returns removes the listener
   * @throws TypeError for a path or a listener of a wrong type
   * @throws SyntaxError when a key of the path is empty
   * @throws TwinError `ERR_CLOSED`
   * @example The types of the twin give the paths, and the value at each path.
   * ```ts
   * import { openTwin } from 'hubtwin/light'
   *
   * declare const connectionString: string
   * const twin = openTwin<{ climate: { min: number; max: number } }>(connectionString)
   * twin.onDesired('climate', ({ value }) => console.log(value?.min))
   * twin.onDesired('climate.max', ({ value = 25, previous }) => console.log(previous, value))
   * ```
   */
  onDesired(listener: (change: DesiredChange<LastKnown<Desired>, LastKnown<Desired>>) => void): () => void
  onDesired<Path extends DesiredPath<Fixed<Desired>>>(
    path: Path,
    listener: (change: DesiredChange<DesiredValue<Fixed<Desired>, Path>, LastKnown<Desired>>) => void,
  ): () => void
  /**
   * Iterates over the same changes as `onDesired`. A slow consumer gets a single change for several
   * versions. Ends when the twin closes.
   *
   * @throws TwinError `ERR_CLOSED` when the twin is closed already
   */
  changes<Path extends DesiredPath<Fixed<Desired>> = ''>(
    options?: IterationOptions & { readonly path?: Path | undefined },
  ): AsyncIterableIterator<DesiredChange<DesiredValue<Fixed<Desired>, Path>, LastKnown<Desired>>>
  /**
   * Calls with the reported properties of the hub soon. Then calls for every report that the hub
   * accepts, and for changes that a new sync finds.
   *
   * @returns removes the listener
   * @throws TwinError `ERR_CLOSED`
   */
  onReported(listener: (change: ReportedChange<LastKnown<Reported>>) => void): () => void
  /**
   * Calls with the current status soon, and then with each later status.
   *
   * @returns removes the listener
   */
  onStatus(listener: (status: TwinStatus) => void): () => void
  /** Iterates over the same statuses as `onStatus`. The last status is `closed`. */
  statuses(options?: IterationOptions): AsyncIterableIterator<TwinStatus>
  /**
   * Ends the connection and every wait, and rejects the reports that the hub has not accepted.
   * Further calls do nothing.
   */
  close(): Promise<void>
}

/**
 * The options of an iteration.
 *
 * @example
 * ```ts
 * import { type IterationOptions, openTwin } from 'hubtwin'
 *
 * declare const connectionString: string
 * const options: IterationOptions = { signal: AbortSignal.timeout(60_000) }
 * const twin = openTwin(connectionString)
 * for await (const { type } of twin.statuses(options)) console.log(type)
 * ```
 */
export interface IterationOptions {
  /** Aborting it ends the wait with the reason of the signal. */
  readonly signal?: AbortSignal | undefined
}

export interface WaitOptions extends IterationOptions {
  /**
   * The deadline of the wait, which then rejects with `ERR_TIMEOUT`. While a twin has no
   * connection, the `cause` is the error of its last attempt.
   * @default none, if the method does not name another
   */
  readonly timeoutInMs?: number | undefined
}
