import { buffer } from 'node:stream/consumers'
import { type HubHttpOptions, openHubHttp, type HubHttp } from '../hub/hub-http.ts'
import { type Ack, sendMessage as send, waitForFeedback } from '../hub/messages.ts'
import { ServiceError } from '../hub/service-error.ts'
import { print, printNotice } from '../terminal.ts'
import { readInputFile } from './patch-input.ts'
import { asUsage, UsageError } from './usage.ts'

export interface SendMessageOptions {
  readonly file?: string
  readonly property: readonly (readonly [name: string, value: string])[]
  readonly messageId?: string
  readonly correlationId?: string
  readonly contentType?: string
  readonly contentEncoding?: string
  readonly expires?: Date
  readonly ack: Ack
  readonly wait: number
}

const EXIT_CODES = { notDelivered: 3, noFeedback: 4 } as const

export const EXIT_CODE_HELP: string =
  'Exit code: 0 the hub has the message, and with --ack the device has it too; 3 the feedback is not Success;\n' +
  '4 no feedback arrived in time, or the hub offers none; 1 any other failure; 2 wrong usage.\n\n' +
  'The message goes over HTTP, as from Azure IoT Explorer, because azure-iothub sends over AMQP only.'

/** Sends a message to a device, and prints its ID and its feedback as lines of JSON. */
export async function sendMessage(
  connectionString: string,
  deviceId: string,
  text: string | undefined,
  options: SendMessageOptions,
  httpOptions?: HubHttpOptions,
): Promise<number> {
  const { ack, expires: expiresAt } = options
  const http = openHubHttp(connectionString, httpOptions)
  const body = await readBody(text, options.file)
  const message = {
    body,
    messageId: options.messageId,
    correlationId: options.correlationId,
    ...contentOf(body, options),
    expiresAt,
    ack,
    properties: Object.fromEntries(options.property),
  }
  const messageId = await asUsage(() => send(http, deviceId, message))
  print(JSON.stringify({ deviceId, messageId }))
  return ack === 'none' ? 0 : printFeedback(http, messageId, options.wait)
}

async function printFeedback(http: HubHttp, messageId: string, waitInSeconds: number): Promise<number> {
  try {
    const feedback = await waitForFeedback(http, { messageId, timeoutInMs: waitInSeconds * 1000 })
    if (feedback === undefined) {
      printNotice(`No feedback within ${waitInSeconds} s (--wait); the message may still be delivered`)
      return EXIT_CODES.noFeedback
    }
    print(JSON.stringify({ messageId, feedback: feedback.statusCode, at: feedback.enqueuedTimeUtc }))
    return feedback.statusCode === 'Success' ? 0 : EXIT_CODES.notDelivered
  } catch (error) {
    const isMissing = error instanceof ServiceError && ['ERR_NOT_FOUND', 'ERR_BAD_REQUEST'].includes(error.code)
    if (!isMissing) throw error
    printNotice(`${http.authority} offers no feedback over HTTP, so whether the device has the message is unknown`)
    return EXIT_CODES.noFeedback
  }
}

/** @throws SyntaxError if the text is given twice or not at all */
async function readBody(text: string | undefined, file: string | undefined): Promise<string | Uint8Array> {
  if ((text === undefined) === (file === undefined)) {
    throw new UsageError('Message: expected either a text such as "Hello" or \'{"on":true}\', or --file')
  }
  if (text !== undefined) return text
  return file === '-' ? buffer(process.stdin) : readInputFile(file ?? '')
}

/** A JSON object or array has the content type of JSON, unless the caller names another. */
function contentOf(
  body: string | Uint8Array,
  { contentType, contentEncoding }: SendMessageOptions,
): { readonly contentType?: string | undefined; readonly contentEncoding?: string | undefined } {
  const isJson = contentType === undefined && contentEncoding === undefined && isJsonText(Buffer.from(body).toString())
  return isJson ? { contentType: 'application/json', contentEncoding: 'utf-8' } : { contentType, contentEncoding }
}

function isJsonText(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object' && text.trim() !== 'null'
  } catch {
    return false
  }
}
