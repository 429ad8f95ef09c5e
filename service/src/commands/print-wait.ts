import type { ServiceError } from '../hub/service-error.ts'
import { pauseText } from '../rollout/screen.ts'
import { printNotice } from '../terminal.ts'

/** Prints that a command waits for a busy hub. */
export function printWait(wait: { readonly inMs: number; readonly error: ServiceError }): void {
  printNotice(pauseText(wait))
}
