import { TwinError, type TwinErrorCode } from '../errors.ts'
import { freezeJson, type JsonValue } from '../protocol/json.ts'
import type { TwinStatus } from '../protocol/machine-states.ts'
import type { Message } from './messages.ts'

/** An error as it travels: structured clone leaves out all but the message. The cause stays where it is; it may hold anything. */
interface PlainError {
  readonly name: string
  readonly message: string
  readonly code?: TwinErrorCode
  readonly status?: number | undefined
  readonly retryAfterInMs?: number | undefined
  readonly retriable?: boolean
}

export function toPlain(message: Message): unknown {
  return withErrors(message, plainError)
}

/** @returns nothing for what is no message */
export function fromPlain(data: unknown): Message | undefined {
  if (typeof data !== 'object' || data === null || !('type' in data)) return undefined
  return withErrors(freezeJson(data as JsonValue) as unknown as Message, livingError)
}

function withErrors(message: Message, translate: (error: unknown) => unknown): Message {
  const ofStatus = (status: TwinStatus): TwinStatus =>
    'error' in status ? { ...status, error: translate(status.error) as TwinError } : status
  switch (message.type) {
    case 'welcome':
      if (message.state === undefined) return message
      return { ...message, state: { ...message.state, status: ofStatus(message.state.status) } }
    case 'news':
      if (message.news.type !== 'status') return message
      return { ...message, news: { type: 'status', status: ofStatus(message.news.status) } }
    case 'outcome':
      if (message.outcome.type === 'done') return message
      return { ...message, outcome: { type: 'failed', error: translate(message.outcome.error) } }
    default:
      return message
  }
}

function plainError(error: unknown): PlainError {
  const { name, message } = error as Error
  if (!(error instanceof TwinError)) return { name, message }
  const { code, status, retryAfterInMs, retriable } = error
  return { name, message, code, status, retryAfterInMs, retriable }
}

function livingError(error: unknown): Error {
  const { name, message, code, ...details } = error as PlainError
  if (code !== undefined) return new TwinError(code, message, details)
  return name === 'RangeError' ? new RangeError(message) : new Error(message)
}
