import { type Command, Option } from 'commander'
import { DEVELOPMENT_OWNER_KEY, DEVELOPMENT_PORTS } from '../hub/development-device.ts'
import { isLoopback } from '../http/loopback.ts'
import { signSas } from '../access/sas.ts'
import { unwrapPasted } from './pasted.ts'

/** The URL of the hub, and the credentials of the caller. */
export interface HubAddress {
  readonly hub: string
  readonly connectionString?: string
}

/** Long enough for a hub that reads ten thousand devices. */
const DEADLINE_IN_MS = 60_000

/** The year 9999, since the hub's clock can be ahead. */
const EXPIRY = 253_402_300_799

/** Adds the options for the hub's address to a command. */
export function withHub(command: Command): Command {
  return command
    .addOption(
      new Option('--hub <url>', 'The URL of the hub')
        .env('HUBTWIN_HUB')
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
 * @returns the body of the answer
 * @throws Error with the hub's error message
 */
export async function callHub(address: HubAddress, method: string, path: string, body?: string): Promise<string> {
  const answer = await askHub(address, path, {
    method,
    ...(body !== undefined && { body, headers: { 'content-type': 'application/json' } }),
    signal: AbortSignal.timeout(DEADLINE_IN_MS),
  })
  return answer.text()
}

/** The same with the options of `fetch`. The caller reads the answer. */
export async function askHub(address: HubAddress, path: string, request: RequestInit): Promise<Response> {
  const url = new URL(path, baseOf(address.hub))
  const headers = new Headers(request.headers)
  headers.set('authorization', tokenFor(address, url.hostname))
  const answer = await fetched(address, url, { ...request, headers })
  if (answer.ok) return answer
  throw new Error(messageOf(await answer.text()) ?? `${url.href} answers ${answer.status}; is it a hubtwin-emulator?`)
}

/** Whether the hub is ready. False if nothing answers, or something other than a hub. */
export async function isReady(address: HubAddress): Promise<boolean> {
  try {
    const answer = await fetch(new URL('/hub/ready', baseOf(address.hub)), { signal: AbortSignal.timeout(2000) })
    return answer.status === 200 && ((await answer.json()) as { ready?: unknown }).ready === true
  } catch (error) {
    if (error instanceof RangeError) throw error
    return false
  }
}

function baseOf(text: string): URL {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return new URL(text)
  throw new RangeError(`--hub must be a URL such as http://localhost:${DEVELOPMENT_PORTS.plain}, not ${text}`)
}

async function fetched({ hub }: HubAddress, url: URL, request: RequestInit): Promise<Response> {
  try {
    return await fetch(url, request)
  } catch (error) {
    const cause: unknown = error instanceof Error ? error.cause : undefined
    const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : ''
    throw new Error(
      `No hub answers at ${hub}${code}. Start a hub with npx hubtwin-emulator, or set its URL with --hub.`,
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
 * A connection string in the environment may belong to an IoT Hub in Azure, so its token goes only
 * to the host that it names.
 */
function tokenFor({ connectionString }: HubAddress, requestedHost: string): string {
  const fields = new Map(
    unwrapPasted(connectionString ?? '')
      .split(';')
      .map((field) => field.split(/=(.*)/s, 2) as [string, string]),
  )
  const hostName = fields.get('HostName')?.replace(/:\d+$/, '')
  const policyName = fields.get('SharedAccessKeyName')
  const key = fields.get('SharedAccessKey')
  const isForHost =
    hostName === requestedHost || (fields.get('UseDevelopmentEmulator') === 'true' && isLoopback(hostName ?? ''))
  if (hostName !== undefined && policyName !== undefined && key !== undefined && isForHost) {
    return signSas({ resource: hostName, key, policyName, expiry: EXPIRY })
  }
  return signSas({ resource: 'localhost', key: DEVELOPMENT_OWNER_KEY, policyName: 'iothubowner', expiry: EXPIRY })
}
