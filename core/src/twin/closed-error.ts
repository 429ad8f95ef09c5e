import { TwinError } from '../errors.ts'
import type { TwinStatus } from '../protocol/machine-states.ts'

/** @param cause the reason, when the twin closed by itself */
export function closedError(cause: TwinError | undefined): TwinError {
  return new TwinError('ERR_CLOSED', 'Twin is closed', cause && { cause })
}

/** @throws TwinError `ERR_CLOSED` */
export function throwIfClosed(status: TwinStatus): void {
  if (status.type === 'closed') throw closedError(status.error)
}
