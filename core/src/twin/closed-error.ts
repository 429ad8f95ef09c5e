import { TwinError } from '../errors.ts'

/** @param cause the reason, when the twin closed by itself */
export function closedError(cause: TwinError | undefined): TwinError {
  return new TwinError('ERR_CLOSED', 'Twin is closed', cause && { cause })
}
