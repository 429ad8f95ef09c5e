import { callMethod as call } from '../hub/methods.ts'
import { ServiceError } from '../hub/service-error.ts'
import { print, printFailure } from '../terminal.ts'
import { readJson } from './patch-input.ts'

export interface CallMethodOptions {
  readonly module?: string
  readonly timeout: number
  readonly connectTimeout: number
  readonly file?: string
}

/** The outcomes of a call for a shell. */
const EXIT_CODES = { refused: 3, ERR_NOT_CONNECTED: 4, ERR_NO_RESPONSE: 5 } as const

export const EXIT_CODE_HELP: string =
  'Exit code: 0 the device responded with a status from 200 to 299, 3 with another status, 4 it is not connected,\n' +
  '5 it did not respond in time, 1 any other failure, 2 wrong usage.'

/** Calls a direct method, and prints the response as a line of JSON. @returns the exit code */
export async function callMethod(
  connectionString: string,
  deviceId: string,
  methodName: string,
  payload: string | undefined,
  { module: moduleId, timeout, connectTimeout, file }: CallMethodOptions,
): Promise<number> {
  const given =
    payload === undefined && file === undefined
      ? null
      : await readJson('Payload', '{"delay":3}', { json: payload, file })
  try {
    const response = await call(connectionString, {
      deviceId,
      moduleId,
      methodName,
      payload: given,
      responseTimeoutInSeconds: timeout,
      connectTimeoutInSeconds: connectTimeout,
    })
    print(JSON.stringify({ status: response.status, payload: response.payload }))
    return response.status >= 200 && response.status < 300 ? 0 : EXIT_CODES.refused
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    const { code, message } = error
    if (code !== 'ERR_NOT_CONNECTED' && code !== 'ERR_NO_RESPONSE') throw error
    printFailure(`Error during call (${code}): ${message}`)
    return EXIT_CODES[code]
  }
}
