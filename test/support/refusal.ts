import { Refusal } from '../../emulator/src/errors/refusal.ts'

/**
 * The code and the message of the refusal that a call throws, such as `ArgumentInvalid: …`.
 * Undefined if the call throws nothing. Any other error is rethrown.
 */
export function refusalOf(call: () => unknown): string | undefined {
  try {
    call()
    return undefined
  } catch (error) {
    if (error instanceof Refusal) return `${error.code}: ${error.message}`
    throw error
  }
}
