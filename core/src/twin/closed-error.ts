import { TwinError } from '../errors.ts'

/** @param cause why the twin closed by itself, where it did */
export function closedError(cause: TwinError | undefined): TwinError {
  return new TwinError('ERR_CLOSED', 'Twin is closed', cause && { cause })
}
