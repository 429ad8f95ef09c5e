/** The text and the code in the body of an error. */
export interface HubMessage {
  readonly message: string
  /** The hub's own name or number of the error, such as `DeviceNotFound` or `400004`. */
  readonly code?: string
}

/** A hub nests a JSON text in the `Message` of another. */
const MAX_NESTING = 3

/**
 * Reads the text of an error of azure-iothub, which holds the body of the response.
 *
 * A body is `{"Message":"ErrorCode:DeviceNotFound;…"}`, or `{"Message":"{\"errorCode\":404001,…}"}`
 * for a direct method (docs/protocol/protocol.md §6.3). Another server may send
 * anything.
 */
export function readHubMessage(text: string): HubMessage {
  let message = text.replace(/^Error: /, '')
  let code: string | undefined
  for (let level = 0; level < MAX_NESTING; level++) {
    const body = parseObject(message)
    if (body === undefined) break
    const inner = body['message'] ?? body['Message'] ?? body['ExceptionMessage']
    if (typeof inner !== 'string') break
    message = inner
    code = codeOf(body['errorCode']) ?? code
  }
  const [, name, rest] = /^ErrorCode:\s*(\w{1,100});\s*(.*)$/s.exec(message) ?? []
  if (rest !== undefined) [code, message] = [name, rest]
  return { message, ...(code !== undefined && { code }) }
}

function codeOf(code: unknown): string | undefined {
  if (typeof code === 'number') return String(code)
  return typeof code === 'string' && /^\w{1,100}$/.test(code) ? code : undefined
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  if (!text.startsWith('{')) return undefined
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>
  } catch {
    return undefined
  }
}
