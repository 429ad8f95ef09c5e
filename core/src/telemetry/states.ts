import type { LiveConnection } from '../device/feature.ts'
import type { TwinError } from '../errors.ts'
import type { Message } from './message.ts'
import { type Entry, type Queue, queueOf } from './queue.ts'

export interface TelemetryState {
  /**
   * - `closing`: accepts no message, and sends those that wait.
   * - `closed`: the storage keeps the messages.
   */
  readonly type: 'open' | 'closing' | 'closed'
  readonly connection: LiveConnection
  /** Messages of an earlier process may come first. */
  readonly isLoading: boolean
  readonly inFlight: Queue
  readonly waiting: Queue
  /** The number of all messages. */
  readonly count: number
  /** The size of all messages. */
  readonly bytes: number
}

export interface TelemetrySettings {
  readonly maxMessages: number
  readonly maxBytes: number
  readonly overflow: 'reject-newest' | 'reject-oldest'
  /** The messages in flight at once. */
  readonly window: number
}

export type TelemetryInput =
  | { readonly type: 'send'; readonly id: number; readonly message: Message }
  /** The caller no longer waits. */
  | { readonly type: 'cancel'; readonly id: number }
  /** The storage has loaded the messages of an earlier process. */
  | { readonly type: 'loaded'; readonly messages: readonly Message[] }
  | { readonly type: 'connection'; readonly connection: LiveConnection }
  /** PUBACK has arrived. */
  | { readonly type: 'acknowledged'; readonly id: number }
  /** The device begins to close. */
  | { readonly type: 'close' }
  /** The session is closed. */
  | { readonly type: 'closed'; readonly cause: TwinError | undefined }

export type TelemetryEffect =
  | { readonly type: 'publish'; readonly entry: Entry }
  | { readonly type: 'resolve'; readonly id: number }
  | { readonly type: 'reject'; readonly id: number; readonly error: TwinError }
  /** The queue has changed. */
  | { readonly type: 'changed' }
  /** Waits from now for the PUBACK of the oldest message in flight. */
  | { readonly type: 'watch' }
  | { readonly type: 'unwatch' }
  /** Nothing is left that this connection or the next could send soon. */
  | { readonly type: 'flushed' }

export type TelemetryStep = readonly [TelemetryState, readonly TelemetryEffect[]]

export function createTelemetryState(isLoading: boolean): TelemetryState {
  return {
    type: 'open',
    connection: 'connecting',
    isLoading,
    inFlight: queueOf([]),
    waiting: queueOf([]),
    count: 0,
    bytes: 0,
  }
}
