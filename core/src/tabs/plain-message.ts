import { TwinError, type TwinErrorCode } from '../errors.ts'
import type { TwinStatus } from '../protocol/machine-states.ts'
import type { Message } from './messages.ts'

/**
 * Structured clone keeps only the message of an error. The cause stays in this tab, because it may
 * contain anything.
 */
interface PlainError {
  readonly name: string
  readonly message: string
  readonly code?: TwinErrorCode
  readonly status?: number | undefined
  readonly retryAfterInMs?: number | undefined
  readonly retriable?: boolean
}

/**
 * Replaces each error of a message by a plain object. `readMessage` turns it back into an error.
 */
export function toPlain(message: Message): unknown {
  switch (message.type) {
    case 'welcome':
      if (message.state === undefined) return message
      return { ...message, state: { ...message.state, status: plainStatus(message.state.status) } }
    case 'update':
      if (message.update.type !== 'status') return message
      return { ...message, update: { type: 'status', status: plainStatus(message.update.status) } }
    case 'outcome':
      if (message.outcome.type === 'done') return message
      return { ...message, outcome: { type: 'failed', error: plainError(message.outcome.error) } }
    default:
      return message
  }
}

function plainStatus(status: TwinStatus): unknown {
  return 'error' in status ? { ...status, error: plainError(status.error) } : status
}

function plainError(error: unknown): PlainError {
  const { name, message } = error as Error
  if (!(error instanceof TwinError)) return { name, message }
  const { code, status, retryAfterInMs, retriable } = error
  return { name, message, code, status, retryAfterInMs, retriable }
}
