import type { LiveConnection } from '../device/feature.ts'

/** A message without PUBACK. */
export interface Entry {
  /** Counts from 1. The hub may use a packet identifier again. */
  readonly id: number
  /** `undefined` for QoS 0, which no PUBACK follows. */
  readonly packetId: number | undefined
  /** Milliseconds since 1970. */
  readonly expiresAt: number | undefined
  /** How often the app has failed to handle it. */
  readonly failures: number
  /** The app has had it before. */
  readonly isRepeated: boolean
  /** A copy of a message that the app has accepted. */
  readonly isAccepted: boolean
}

/** The part of the app that handles messages: a listener or an iterator, one at a time. */
export type Consumer =
  | { readonly type: 'absent' }
  /** It waits for a message. */
  | { readonly type: 'free' }
  /** It has a message. `isLeaving`: it takes no other. */
  | { readonly type: 'busy'; readonly id: number; readonly isLeaving: boolean }
  /** It has failed, and waits before the next attempt. */
  | { readonly type: 'pausing' }

export interface MessagesState {
  readonly type: 'open' | 'closing' | 'closed'
  readonly connection: LiveConnection
  /** The messages of this connection, in order of arrival. The consumer has the first. */
  readonly waiting: readonly Entry[]
  readonly consumer: Consumer
  /** The packet identifiers of the last acknowledged messages of this connection. */
  readonly acknowledged: readonly number[]
}

export type MessagesInput = { readonly now: number } & (
  | ({ readonly type: 'message'; readonly isDuplicate: boolean } & Pick<Entry, 'id' | 'packetId' | 'expiresAt'>)
  /** A consumer waits for messages. */
  | { readonly type: 'join' }
  /** The consumer takes no other message. */
  | { readonly type: 'leave' }
  /** The consumer has accepted its message, or failed to handle it. */
  | { readonly type: 'settled'; readonly id: number; readonly isAccepted: boolean }
  /** The pause is over. */
  | { readonly type: 'retry' }
  | { readonly type: 'connection'; readonly connection: LiveConnection }
  /** The device begins to close. */
  | { readonly type: 'close' }
  /** The session is closed. */
  | { readonly type: 'closed' }
)

export type MessagesEffect =
  | { readonly type: 'deliver'; readonly id: number; readonly isRepeated: boolean }
  /** Sends PUBACK, and forgets the message. */
  | { readonly type: 'acknowledge'; readonly id: number }
  /** The connection of the message is over, or it is a copy. */
  | { readonly type: 'forget'; readonly id: number }
  | { readonly type: 'pause'; readonly failures: number }
  | { readonly type: 'stopPause' }
  /** Delays a renewal of the token while the consumer has a message of this connection. */
  | { readonly type: 'hold' | 'release' }
  /** The consumer gets no other message. */
  | { readonly type: 'end' }
  /** No PUBACK can leave any more. */
  | { readonly type: 'flushed' }

export type MessagesStep = readonly [MessagesState, readonly MessagesEffect[]]

export const FIRST_STATE: MessagesState = {
  ...{ type: 'open', connection: 'connecting', waiting: [], consumer: { type: 'absent' }, acknowledged: [] },
}

/** An input before it gets its time. */
export type Untimed<Input> = Input extends unknown ? Omit<Input, 'now'> : never
