import { expireMessages } from './cloud-messages.ts'
import type { Context } from '../hub/context.ts'

/** Ends messages whose life is over while nobody asks for them. */
export interface MessageExpiry {
  /** Looks now. */
  look(): void
  close(): void
}

const lookEveryMs = 1000

export function createMessageExpiry(context: Context): MessageExpiry {
  const look = (): void => expireMessages(context)
  const timer = setInterval(look, lookEveryMs).unref()
  return { look, close: () => clearInterval(timer) }
}
