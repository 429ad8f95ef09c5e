import type { TwinDocument, TwinVersions } from '../protocol/document.ts'
import type { JsonObject, JsonValue } from '../protocol/json.ts'
import type { TwinStatus } from '../protocol/machine-states.ts'
import type { DesiredChange, ReportedChange } from './changes.ts'

/**
 * The twin of a device or of a module, kept in step with the hub until it is closed.
 *
 * @typeParam Desired what the back end sets, as far as the app knows
 * @typeParam Reported what the device reports
 */
export interface Twin<Desired extends object = JsonObject, Reported extends object = JsonObject> {
  /**
   * Waits for the first full sync. A hub that can't be reached is waited for.
   *
   * @throws TwinError `ERR_UNAUTHORIZED` when the hub refuses a fresh token meanwhile (the twin goes on trying), `ERR_CLOSED`
   */
  ready(options?: WaitOptions): Promise<TwinDocument>
  /** Last known, frozen, without `$`-keys; empty before the first sync. */
  readonly desired: LastKnown<Desired>
  /** What the hub has taken, frozen, without `$`-keys; empty before the first sync. */
  readonly reported: LastKnown<Reported>
  /** `$version` of each, as the hub counts; 0 before the first sync. */
  readonly versions: TwinVersions
  readonly status: TwinStatus
  /**
   * Reads the whole twin anew. While there is no connection it waits for the next.
   *
   * @throws TwinError `ERR_TIMEOUT` past `requestTimeoutInMs`, `ERR_THROTTLED`, `ERR_HUB`, `ERR_PROTOCOL`, `ERR_CLOSED`
   */
  refresh(options?: WaitOptions): Promise<TwinDocument>
  /**
   * Merges a patch into the reported properties: objects by key, `null` deletes, arrays and scalars replace whole.
   *
   * Nothing is lost and nothing overtakes: while there is no connection, or another report is under way, patches fold
   * into the next request; one whose answer was lost is sent again. Aborting ends the wait, and takes the patch back where
   * it has not been sent. The patch is checked before all else: a signal that is aborted already makes a check of this.
   *
   * @returns the reported `$version` of the request that held the patch
   * @throws TypeError names the path of a value that JSON can't carry unchanged
   * @throws RangeError names the path and the limit of the hub that is broken
   * @throws TwinError `ERR_BAD_REQUEST`, `ERR_UNAUTHORIZED`, `ERR_PROTOCOL`, `ERR_CLOSED`
   */
  report(patch: TwinPatch<Reported>, options?: WaitOptions): Promise<number>
  /**
   * Calls for every change, and once, soon, with what is there now.
   *
   * @param path keys joined by dots: changes at, above or below it; not called before the path exists
   * @returns takes the listener off
   * @throws SyntaxError when a key of the path is empty
   */
  onDesired(listener: (change: DesiredChange<JsonObject>) => void): () => void
  onDesired(path: string, listener: (change: DesiredChange) => void): () => void
  /** The same as an iterator: a slow consumer gets one change that spans several versions. Ends when the twin is closed. */
  changes(options?: WaitOptions & { readonly path?: string | undefined }): AsyncIterableIterator<DesiredChange>
  /**
   * Calls once, soon, with what the hub has of the reported properties, and then for every report that it takes and for
   * what a re-read finds changed.
   *
   * @returns takes the listener off
   */
  onReported(listener: (change: ReportedChange) => void): () => void
  /** Calls once, soon, with the status now, and then with each that follows. */
  onStatus(listener: (status: TwinStatus) => void): () => void
  /** The same as an iterator; the last one is `closed`. */
  statuses(options?: WaitOptions): AsyncIterableIterator<TwinStatus>
  /** Ends the connection and every wait; reports that the hub has not taken are rejected. Any number of times. */
  close(): Promise<void>
}

export interface WaitOptions {
  /** Aborting it ends the wait with the signal's own reason. */
  readonly signal?: AbortSignal | undefined
}

/** Anything of it may be missing: before the first sync, or because nobody has set it. */
export type LastKnown<T> = string extends keyof T ? T : Partial<T>

/** A merge patch of `T`: any part of it, and `null` for what is to go. */
export type TwinPatch<T> = string extends keyof T ? object : { readonly [Key in keyof T]?: PatchValue<T[Key]> | null }

type PatchValue<Value> = Value extends JsonValue[] | readonly JsonValue[]
  ? Value
  : Value extends object
    ? TwinPatch<Value>
    : Value
