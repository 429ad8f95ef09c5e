import type { Command } from 'commander'
import { Option } from 'commander'
import { developmentOwnerKey, developmentPorts } from '../hub/development-device.ts'
import { isLoopback } from '../http/loopback.ts'
import { signSas } from '../access/sas.ts'

/** Where the hub is, and who asks. */
export interface HubAddress {
  readonly hub: string
  readonly connectionString?: string
}

/** The longest that a hub may take to answer: it may be reading ten thousand devices. */
const deadlineInMs = 60_000

/** The year 9999: the hub's clock may have been set. */
const expiry = 253_402_300_799

/** Gives a command the options that say where the hub is. */
export function withHub(command: Command): Command {
  return command
    .addOption(
      new Option('--hub <url>', 'where the hub is')
        .env('HUBTWIN_HUB')
        .default(`http://localhost:${developmentPorts.plain}`),
    )
    .addOption(
      new Option('--connection-string <text>', "the hub's iothubowner, where its key is not the well-known one").env(
        'IOTHUB_CONNECTION_STRING',
      ),
    )
}

/**
 * Calls a running hub.
 *
 * @returns the text of the answer
 * @throws Error that says what the hub says
 */
export async function callHub(address: HubAddress, method: string, path: string, body?: string): Promise<string> {
  const answer = await askHub(address, path, {
    method,
    ...(body !== undefined && { body, headers: { 'content-type': 'application/json' } }),
    signal: AbortSignal.timeout(deadlineInMs),
  })
  return answer.text()
}

/** The same for whatever `fetch` can ask, whose answer is read by the caller. */
export async function askHub(address: HubAddress, path: string, request: RequestInit): Promise<Response> {
  const url = new URL(path, baseOf(address.hub))
  const headers = new Headers(request.headers)
  headers.set('authorization', tokenFor(address, url.hostname))
  const answer = await fetched(address, url, { ...request, headers })
  if (answer.ok) return answer
  throw new Error(messageOf(await answer.text()) ?? `${url.href} answers ${answer.status}; is it a hubtwin-emulator?`)
}

/** Whether the hub is ready. Nobody there, or another answer, is no. */
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
  throw new RangeError(`--hub must be an address such as http://localhost:${developmentPorts.plain}, and is ${text}`)
}

async function fetched({ hub }: HubAddress, url: URL, request: RequestInit): Promise<Response> {
  try {
    return await fetch(url, request)
  } catch (error) {
    const cause: unknown = error instanceof Error ? error.cause : undefined
    const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : ''
    throw new Error(`No hub answers at ${hub}${code}. Start one with npx hubtwin-emulator, or say where it is: --hub`, {
      cause: error,
    })
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
 * A hub that sees its caller as one from elsewhere, as in a container, wants a token. A connection string in the environment may be that of a
 * real hub: a token of it goes to the host that it names, and to no other.
 */
function tokenFor({ connectionString }: HubAddress, askedHost: string): string {
  const fields = new Map(
    (connectionString ?? '').split(';').map((field) => field.split(/=(.*)/s, 2) as [string, string]),
  )
  const hostName = fields.get('HostName')?.replace(/:\d+$/, '')
  const policyName = fields.get('SharedAccessKeyName')
  const key = fields.get('SharedAccessKey')
  const isMeant =
    hostName === askedHost || (fields.get('UseDevelopmentEmulator') === 'true' && isLoopback(hostName ?? ''))
  if (hostName !== undefined && policyName !== undefined && key !== undefined && isMeant) {
    return signSas({ resource: hostName, key, policyName, expiry })
  }
  return signSas({ resource: 'localhost', key: developmentOwnerKey, policyName: 'iothubowner', expiry })
}
