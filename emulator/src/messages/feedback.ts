import { randomUUID } from 'node:crypto'
import type { CloudMessageMoved } from '../events/hub-event.ts'
import type { IdentityRecord } from '../identity/identity.ts'
import { parseBag } from '../mqtt/property-bag.ts'
import type { CloudMessage } from './cloud-message.ts'

/** The outcome of a message, for its sender (docs/protocol/device.md §3.2). */
export interface FeedbackRecord {
  readonly originalMessageId: string
  /** When the outcome was certain. */
  readonly enqueuedTimeUtc: string
  readonly statusCode: FeedbackStatus
  readonly description: FeedbackStatus
  readonly deviceId: string
  readonly deviceGenerationId: string
}

export type FeedbackStatus = 'Success' | 'Expired' | 'DeliveryCountExceeded' | 'Purged'

/** Records that a reader has locked, until it completes or abandons them. */
export interface FeedbackBatch {
  readonly lockToken: string
  readonly records: readonly FeedbackRecord[]
}

/**
 * The feedback that waits for a back end. It is in memory only, and a restart loses it. IoT Hub
 * collects a batch for up to 15 seconds; the local hub returns what it has.
 */
export interface Feedback {
  add(record: FeedbackRecord): void
  /** Locks the oldest records for a minute. @returns undefined if there are none */
  receive(): FeedbackBatch | undefined
  /** Removes the records of a lock. @returns false for an unknown or expired lock */
  complete(lockToken: string): boolean
  /** Returns the records of a lock to the end of the queue. @returns false for an unknown lock */
  abandon(lockToken: string): boolean
  clear(): void
}

interface Locked extends FeedbackBatch {
  readonly until: number
}

const BATCH_SIZE = 64
const LOCK_IN_MS = 60_000
/** Beyond this number, the hub drops the oldest records, because perhaps no back end reads them. */
const MAX_RECORDS = 10_000

export function createFeedback(clock: () => number): Feedback {
  let records: readonly FeedbackRecord[] = []
  let locked: readonly Locked[] = []

  function requeue(isReturned: (lock: Locked) => boolean): boolean {
    const returned = locked.filter(isReturned)
    locked = locked.filter((lock) => !isReturned(lock))
    records = [...records, ...returned.flatMap((lock) => lock.records)].slice(-MAX_RECORDS)
    return returned.length > 0
  }

  function requeueExpired(): void {
    const now = clock()
    // Setting the clock back must not extend a lock.
    requeue(({ until }) => until <= now || until > now + LOCK_IN_MS)
  }

  return {
    add(record) {
      records = [...records, record].slice(-MAX_RECORDS)
    },
    receive() {
      requeueExpired()
      if (records.length === 0) return undefined
      const lock = { lockToken: randomUUID(), records: records.slice(0, BATCH_SIZE), until: clock() + LOCK_IN_MS }
      records = records.slice(BATCH_SIZE)
      locked = [...locked, lock]
      return { lockToken: lock.lockToken, records: lock.records }
    },
    complete(lockToken) {
      requeueExpired()
      const before = locked.length
      locked = locked.filter((lock) => lock.lockToken !== lockToken)
      return locked.length < before
    },
    abandon(lockToken) {
      requeueExpired()
      return requeue((lock) => lock.lockToken === lockToken)
    },
    clear() {
      records = []
      locked = []
    },
  }
}

const STATUS_OF: Readonly<Partial<Record<CloudMessageMoved['state'], FeedbackStatus>>> = {
  completed: 'Success',
  expired: 'Expired',
  'dead-lettered': 'DeliveryCountExceeded',
  purged: 'Purged',
}

/** The feedback about a message in its last state. @returns undefined if its sender wants none */
export function feedbackOn(
  { deviceId, generationId }: IdentityRecord,
  { messageId, bag }: CloudMessage,
  state: CloudMessageMoved['state'],
  now: number,
): FeedbackRecord | undefined {
  const statusCode = STATUS_OF[state]
  const ack = parseBag(bag).get('iothub-ack')
  const isWanted = ack === 'full' || ack === (statusCode === 'Success' ? 'positive' : 'negative')
  if (statusCode === undefined || !isWanted) return undefined
  const enqueuedTimeUtc = new Date(now).toISOString()
  return {
    originalMessageId: messageId,
    enqueuedTimeUtc,
    statusCode,
    description: statusCode,
    deviceId,
    deviceGenerationId: generationId,
  }
}
