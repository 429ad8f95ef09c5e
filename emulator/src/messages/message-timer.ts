import type { Context } from '../hub/context.ts'
import type { CloudDeliveries } from './cloud-deliveries.ts'
import { expireMessages } from './cloud-messages.ts'

/** Expires messages, and sends messages again when their lock expires. */
export interface MessageTimer {
  checkNow(): void
  close(): void
}

const CHECK_IN_MS = 1000

export function createMessageTimer(context: Context, deliveries: CloudDeliveries): MessageTimer {
  const checkNow = (): void => {
    expireMessages(context)
    deliveries.releaseLocks()
  }
  const timer = setInterval(checkNow, CHECK_IN_MS).unref()
  return { checkNow, close: () => clearInterval(timer) }
}
