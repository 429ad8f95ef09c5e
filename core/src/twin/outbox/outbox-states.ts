import type { TwinError } from '../../errors.ts'
import type { JsonObject } from '../../protocol/json.ts'
import type { Outcome } from '../../session/requests.ts'
import { type Batch, EMPTY_QUEUE, type Queue } from './queue.ts'

export type OutboxState = OpenOutbox | ClosedOutbox

export interface OpenOutbox {
  readonly type: 'open'
  /** All reports that the hub has not accepted. */
  readonly queue: Queue
  readonly connection: 'up' | 'down'
  readonly request: RequestState
  /** Requests that failed in a row. The back-off grows with it. */
  readonly failures: number
  readonly storage: StorageState
}

export interface ClosedOutbox {
  readonly type: 'closed'
  /** The storage keeps these reports. */
  readonly queue: Queue
  readonly storage: StorageState
}

export type RequestState =
  | { readonly type: 'none' }
  | ({ readonly type: 'inFlight' } & Batch)
  /** The hub did not accept a request. A timer runs until the next attempt. */
  | { readonly type: 'backingOff' }

export type StorageState =
  | 'none'
  /** A load or save is under way. */
  | 'busy'
  /** The same, and the queue has changed since it began. */
  | 'dirty'
  /** The storage has the whole queue. */
  | 'saved'

export function isBusy({ storage }: OutboxState): boolean {
  return storage === 'busy' || storage === 'dirty'
}

export type OutboxInput =
  /** IDs count from 1, in order. */
  | { readonly type: 'report'; readonly id: number; readonly patch: JsonObject }
  /** The caller no longer waits. */
  | { readonly type: 'cancel'; readonly id: number }
  | { readonly type: 'resume' }
  | { readonly type: 'pause' }
  | { readonly type: 'outcome'; readonly outcome: Outcome }
  /** The back-off is over. */
  | { readonly type: 'retry' }
  /** The load or save is over. A load brings the patches of an earlier process. */
  | { readonly type: 'stored'; readonly patches: readonly JsonObject[] }
  | { readonly type: 'close'; readonly cause: TwinError | undefined }

export type OutboxEffect =
  | { readonly type: 'send'; readonly patch: JsonObject }
  /**
   * Settles the callers of all reports of the batch. IoT Edge sends no version
   * (docs/protocol/protocol.md §4.3).
   */
  | ({ readonly type: 'accept'; readonly version: number | undefined } & Batch)
  /** Rejects the callers of all reports up to an ID. */
  | { readonly type: 'reject'; readonly through: number; readonly error: Error }
  /** Rejects a report that does not fit into the queue. Earlier reports go on waiting. */
  | { readonly type: 'refuse'; readonly id: number; readonly error: Error }
  | { readonly type: 'backOff'; readonly failures: number; readonly error: TwinError }
  | { readonly type: 'save'; readonly patches: readonly JsonObject[] }
  /** The outbox is closed, and the storage has the whole queue. */
  | { readonly type: 'end' }

export type OutboxStep = readonly [OutboxState, readonly OutboxEffect[]]

export function createOutboxState(hasStorage: boolean): OutboxState {
  return {
    type: 'open',
    queue: EMPTY_QUEUE,
    connection: 'down',
    request: { type: 'none' },
    failures: 0,
    storage: hasStorage ? 'busy' : 'none',
  }
}
