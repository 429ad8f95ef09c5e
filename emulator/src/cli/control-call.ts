import { type Command, Option } from 'commander'
import { DEVELOPMENT_OWNER_KEY, DEVELOPMENT_PORTS } from '../hub/development-device.ts'
import { isLoopback } from '../http/loopback.ts'
import { signSas } from '../access/sas.ts'
import { parseHubUrl } from './arguments.ts'
import { explainForeignResponse, explainNoResponse } from './no-response.ts'
import { unwrapPasted } from './pasted.ts'
import { UsageError } from './usage-error.ts'

/** The URL of the hub, and the credentials of the caller. */
export interface HubAddress {
  readonly hub: string
  readonly connectionString?: string
}

/** Long enough for a hub that reads ten thousand devices. */
const DEADLINE_IN_MS = 60_000

/** The year 9999, since the hub's clock can be ahead. */
const EXPIRY = 253_402_300_799

const CONNECTION_STRING = '--connection-string (or the variable IOTHUB_CONNECTION_STRING)'
const POLICY_FORM = "a policy's connection string: HostName=…;SharedAccessKeyName=…;SharedAccessKey=…"

/** Adds the options for the hub's address to a command. */
export function withHub(command: Command): Command {
  return command
    .addOption(
      new Option('--hub <url>', 'The URL of the hub')
        .env('HUBTWIN_HUB')
        .argParser(parseHubUrl)
        .default(`http://localhost:${DEVELOPMENT_PORTS.plain}`),
    )
    .addOption(
      new Option(
        '--connection-string <text>',
        'The connection string of iothubowner, if its key is not the well-known key',
      ).env('IOTHUB_CONNECTION_STRING'),
    )
}

/**
 * Calls a running hub.
 *
 * @returns the body of the response
 * @throws HubRefusal with the hub's error message, Error without a response, UsageError for a
 *   malformed connection string
 */
export async function callHub(address: HubAddress, method: string, path: string, body?: string): Promise<string> {
  const response = await askHub(address, path, {
    method,
    ...(body !== undefined && { body, headers: { 'content-type': 'application/json' } }),
    signal: AbortSignal.timeout(DEADLINE_IN_MS),
  })
  return response.text()
}

/**
 * Calls a running hub with the options of `fetch`. The caller reads the response.
 *
 * Without a connection string for this hub, the first request has no token, because a hub on this
 * machine needs none. A hub that needs one gets a token of the well-known key.
 */
export async function askHub(address: HubAddress, path: string, request: RequestInit): Promise<Response> {
  const url = new URL(path, address.hub)
  const send = (token: string | undefined): Promise<Response> => {
    const headers = new Headers(request.headers)
    if (token !== undefined) headers.set('authorization', token)
    return fetched(address, url, { ...request, headers })
  }
  const given = tokenFor(address, url.hostname)
  let response = await send(given)
  if (response.status === 401 && given === undefined) {
    await response.body?.cancel()
    response = await send(wellKnownToken())
  }
  if (response.ok) return response
  const message = messageOf(await response.text())
  const { reason, isFinal } = explainForeignResponse(url, response.status, message)
  if (isFinal) throw new Error(`No hub answers at ${address.hub}: ${reason}`)
  throw new HubRefusal(response.status, message ?? `${url.href} answers ${response.status}; is it a hubtwin-emulator?`)
}

/** A response of a hub with an error status. */
export class HubRefusal extends Error {
  override readonly name = 'HubRefusal'
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** Whether a hub is ready, and if not, the reason. */
export type Readiness =
  | { readonly type: 'ready' }
  | { readonly type: 'not ready'; readonly reason: string; readonly isFinal: boolean }

/** Asks whether the hub is ready. Any other server counts as not ready. */
export async function askReady({ hub }: HubAddress): Promise<Readiness> {
  const url = new URL('/hub/ready', hub)
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) })
    const body = await response.text()
    if (response.status === 200 && isReadyReply(body)) return { type: 'ready' }
    return { type: 'not ready', ...explainForeignResponse(url, response.status, messageOf(body)) }
  } catch (error) {
    return { type: 'not ready', ...explainNoResponse(url, error) }
  }
}

function isReadyReply(text: string): boolean {
  try {
    return (JSON.parse(text) as { ready?: unknown } | null)?.ready === true
  } catch {
    return false
  }
}

async function fetched({ hub }: HubAddress, url: URL, request: RequestInit): Promise<Response> {
  try {
    return await fetch(url, request)
  } catch (error) {
    const { reason, isFinal } = explainNoResponse(url, error)
    const problem = `No hub answers at ${hub}: ${reason}`
    throw new Error(
      isFinal ? problem : `${problem}. Start a hub with npx hubtwin-emulator, or set its URL with --hub.`,
      {
        cause: error,
      },
    )
  }
}

function messageOf(text: string): string | undefined {
  try {
    const { message } = JSON.parse(text) as { message?: unknown }
    return typeof message === 'string' ? message : undefined
  } catch {
    return undefined
  }
}

/**
 * A hub requires a token from remote callers, and a hub in a container sees all callers as remote.
 */
function wellKnownToken(): string {
  return signSas({ resource: 'localhost', key: DEVELOPMENT_OWNER_KEY, policyName: 'iothubowner', expiry: EXPIRY })
}

/**
 * Signs a token with the given connection string. It may belong to an IoT Hub in Azure, so its
 * token goes only to the host that it names.
 *
 * @returns undefined without a connection string for the host
 */
function tokenFor({ connectionString }: HubAddress, requestedHost: string): string | undefined {
  const given = unwrapPasted(connectionString ?? '')
  const fields = new Map(given.split(';').map((field) => field.split(/=(.*)/s, 2) as [string, string]))
  const [hostName, policyName, key] = ['HostName', 'SharedAccessKeyName', 'SharedAccessKey'].map((name) => {
    const value = fields.get(name)
    // The message does not repeat the text, which may be a key.
    if (given !== '' && !value) throw new UsageError(`${CONNECTION_STRING} has no ${name}; expected ${POLICY_FORM}`)
    return value ?? ''
  })
  const host = (hostName ?? '').replace(/:\d+$/, '')
  const isForHost = host === requestedHost || (fields.get('UseDevelopmentEmulator') === 'true' && isLoopback(host))
  return given !== '' && isForHost
    ? signSas({ resource: host, key: key ?? '', policyName: policyName ?? '', expiry: EXPIRY })
    : undefined
}
