import type { IncomingMessage } from 'node:http'
import type { HttpBindings } from '@hono/node-server'
import type { Context as HonoContext } from 'hono'
import type { Json } from '../formats/json.ts'
import { parseJson } from '../formats/parse-json.ts'
import { Refusal } from '../errors/refusal.ts'
import { identityOf, type Identity } from '../identity/identity-id.ts'

/** Enough for 100 devices, or for the largest twin with its metadata. */
const MAX_BODY_BYTES = 1024 * 1024

export interface BodyLimits {
  readonly maxBytes: number
  readonly maxDepth?: number
}

/** Reads the body of a request as JSON. @throws Refusal IotHubFormatError, RequestEntityTooLarge */
export async function readJson(
  request: HonoContext,
  { maxBytes, maxDepth }: BodyLimits = { maxBytes: MAX_BODY_BYTES },
): Promise<Json> {
  return parseJson(await readBody(request, maxBytes), maxDepth)
}

/**
 * Reads the bytes of the body of a request.
 *
 * @throws Refusal IotHubFormatError, RequestEntityTooLarge
 */
export function readBody(request: HonoContext, maxBytes: number = MAX_BODY_BYTES): Promise<Buffer> {
  return readLimited((request.env as HttpBindings).incoming, maxBytes)
}

/**
 * Reads Node's own request. Wrapping it in a web stream would cost more time than handling a twin.
 */
async function readLimited(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes)
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of chunksOf(request)) {
    size += chunk.byteLength
    if (size > maxBytes) throw tooLarge(maxBytes)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/**
 * The chunks of a body. A client that disconnects in the middle is not an error of the hub. A
 * client that sends too much stays connected for the response.
 */
async function* chunksOf(request: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    yield* request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>
  } catch {
    throw new Refusal('IotHubFormatError', 'The body ended early')
  }
}

function tooLarge(maxBytes: number): Refusal {
  return new Refusal('RequestEntityTooLarge', `The body must not exceed ${maxBytes} bytes`)
}

/**
 * A JSON response. azure-iothub reads a body only with the content type JSON
 * (docs/protocol/protocol.md §6.1).
 */
export function json(body: unknown, status: number = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  })
}

export function noContent(): Response {
  return new Response(null, { status: 204 })
}

/** Parses a whole number from a header or the query. @throws Refusal ArgumentInvalid */
export function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new Refusal('ArgumentInvalid', `${name} must be a whole number above 0`)
}

/** The device or module that the path of a request names. */
export function identityIn({ req }: HonoContext): Identity {
  return identityOf(req.param('deviceId') ?? '', req.param('moduleId'))
}
