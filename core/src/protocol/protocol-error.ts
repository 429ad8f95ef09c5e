import { TwinError } from '../errors.ts'

/** The error for a hub that breaks the protocol. */
export function protocolError(message: string): TwinError {
  return new TwinError('ERR_PROTOCOL', message)
}
