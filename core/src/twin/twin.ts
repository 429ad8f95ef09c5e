import type { TwinDocument, TwinVersions } from '../protocol/document.ts'
import type { JsonObject, JsonValue } from '../protocol/json.ts'
import type { TwinStatus } from '../protocol/machine-states.ts'
import type { DesiredChange, ReportedChange } from './changes.ts'

/**
 * The twin of a device or of a module, kept in sync with the hub until the app closes it.
 *
 * @typeParam Desired the properties that the back end sets, as far as the app knows
 * @typeParam Reported the properties that the device reports
 */
export interface Twin<Desired extends object = JsonObject, Reported extends object = JsonObject> {
  /**
   * Waits for the first full sync, even while the hub is unreachable, unless `options.signal` aborts.
   *
   * @throws TwinError `ERR_UNAUTHORIZED` when the hub refuses a fresh token (the twin goes on
   * trying), `ERR_CLOSED`
   */
  ready(options?: WaitOptions): Promise<TwinDocument>
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
   * Reads the whole twin again. Without a connection, waits for the next, as long as it takes, unless
   * `options.signal` aborts.
   *
   * @throws TwinError `ERR_TIMEOUT` after `requestTimeoutInMs`, `ERR_THROTTLED`, `ERR_HUB`,
   * `ERR_PROTOCOL`, `ERR_CLOSED`
   */
  refresh(options?: WaitOptions): Promise<TwinDocument>
  /**
   * Merges a patch into the reported properties: objects by key, `null` deletes a key, arrays and
   * scalars replace the whole value.
   *
   * No report is lost, and the hub gets all reports in order. While there is no connection, or
   * another report is in flight, patches fold into the next request. The promise waits for the
   * connection as long as it takes, also with a wrong key, unless `options.signal` aborts:
   * `AbortSignal.timeout(5000)` limits it to 5 s. A report without a response is sent again. Aborting ends the wait, and cancels the patch if it has not been sent. The check of
   * the patch comes first, so an aborted signal turns the call into a mere check.
   *
   * @returns the reported `$version` after the request that contained the patch
   * @throws TypeError names the path of a value that JSON cannot carry unchanged
   * @throws RangeError names the path and the hub's limit that the patch exceeds
   * @throws TwinError `ERR_BAD_REQUEST`, `ERR_UNAUTHORIZED`, `ERR_PROTOCOL`, `ERR_CLOSED`
   */
  report(patch: TwinPatch<Reported>, options?: WaitOptions): Promise<number>
  /**
   * Calls with the current value soon, and then with every change.
   *
   * @param path keys joined by dots: the listener gets changes at, above or below this path, once
   * the path exists
   * @returns removes the listener
   * @throws SyntaxError when a key of the path is empty
   */
  onDesired(listener: (change: DesiredChange<JsonObject>) => void): () => void
  onDesired(path: string, listener: (change: DesiredChange) => void): () => void
  /**
   * Iterates over the same changes as `onDesired`. A slow consumer gets a single change for several
   * versions. Ends when the twin closes.
   */
  changes(options?: WaitOptions & { readonly path?: string | undefined }): AsyncIterableIterator<DesiredChange>
  /**
   * Calls with the reported properties of the hub soon. Then calls for every report that the hub
   * accepts, and for changes that a new sync finds.
   *
   * @returns removes the listener
   */
  onReported(listener: (change: ReportedChange) => void): () => void
  /**
   * Calls with the current status soon, and then with each later status.
   *
   * @returns removes the listener
   */
  onStatus(listener: (status: TwinStatus) => void): () => void
  /** Iterates over the same statuses as `onStatus`. The last status is `closed`. */
  statuses(options?: WaitOptions): AsyncIterableIterator<TwinStatus>
  /**
   * Ends the connection and every wait, and rejects the reports that the hub has not accepted.
   * Further calls do nothing.
   */
  close(): Promise<void>
}

export interface WaitOptions {
  /** Aborting it ends the wait with the reason of the signal. */
  readonly signal?: AbortSignal | undefined
}

/** Any property may be missing: before the first sync, or because it has no value yet. */
export type LastKnown<T> = string extends keyof T ? T : Partial<T>

/** A merge patch of `T`: any of its properties, and `null` to delete a property. */
export type TwinPatch<T> = string extends keyof T ? object : { readonly [Key in keyof T]?: PatchValue<T[Key]> | null }

type PatchValue<Value> = Value extends JsonValue[] | readonly JsonValue[]
  ? Value
  : Value extends object
    ? TwinPatch<Value>
    : Value
