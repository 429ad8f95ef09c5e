import { ServiceError } from '../hub/service-error.ts'

/**
 * Names the condition in a rejection of the query around it, and counts its columns from the start
 * of the condition. The local hub names a column; IoT Hub does not.
 *
 * @param start the text of the query before the condition
 */
export function explainCondition(error: unknown, where: string | undefined, start: string): unknown {
  if (where === undefined || !(error instanceof ServiceError) || error.code !== 'ERR_BAD_REQUEST') return error
  const message = error.message.replace(/\bLine 1, col (\d+)/, (text, column: string) => {
    const own = Number(column) - start.length
    return own >= 1 ? `Line 1, col ${own}` : text
  })
  const { code, status, retryAfterInMs, hubCode } = error
  return new ServiceError(code, `--where ${where}: ${message}`, status, retryAfterInMs, hubCode)
}
