import { IS_SERVED_BY_HUB } from '../shared/local-hub.ts'
import type { FleetHub } from './fleet-hub.ts'

/**
 * A page of the hub calls its registry. The server of `npm run web` forwards a path to the local
 * hub, because a hub's REST API has no CORS headers.
 */
const REGISTRY = IS_SERVED_BY_HUB ? '/devices' : './local-hub/devices'
const DEADLINE_IN_MS = 10_000

/** A hub accepts at most 100 devices per request. */
const BATCH_SIZE = 100

/** A device in a bulk request (IoT Hub REST API: "Bulk Registry", `ExportImportDevice`). */
export interface BulkEntry {
  readonly id: string
  readonly importMode: 'create' | 'updateTwin'
  readonly tags?: object
  readonly properties?: { readonly desired: object }
}

/** Lists the IDs of at most 1,000 devices. @throws Error with advice */
export async function listDeviceIds(hub: FleetHub): Promise<ReadonlySet<string>> {
  const devices = (await call('GET', await serviceToken(hub))) as readonly { readonly deviceId: string }[]
  return new Set(devices.map(({ deviceId }) => deviceId))
}

/** Creates devices or changes their twins. @throws Error with advice */
export async function sendBulk(hub: FleetHub, entries: readonly BulkEntry[]): Promise<void> {
  const authorization = await serviceToken(hub)
  for (let first = 0; first < entries.length; first += BATCH_SIZE) {
    await call('POST', authorization, entries.slice(first, first + BATCH_SIZE))
  }
}

async function call(method: string, authorization: string, body?: object): Promise<unknown> {
  const response = await fetch(`${REGISTRY}?api-version=2021-04-12`, {
    method,
    headers: { 'Content-Type': 'application/json', Authorization: authorization },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(DEADLINE_IN_MS),
  }).catch((cause: unknown) => {
    const command = IS_SERVED_BY_HUB ? 'npm run emulator' : 'npm run web'
    throw new Error(`The server of this page does not answer. Is “${command}” still running?`, { cause })
  })
  if (response.ok) return response.json()
  if (response.headers.has('iothub-errorcode') || response.status === 400) {
    throw new Error(`The local hub rejected the devices: ${await response.text()}`)
  }
  throw new Error(
    response.status === 404
      ? 'This page reaches the registry only where the local hub or “npm run web” serves it.'
      : 'No local hub is running. Start it in another terminal with “npm run emulator”, then try again.',
  )
}

/**
 * Makes a token for the registry that is valid for a minute (IoT Hub: "Control access to IoT Hub
 * with shared access signatures", "SAS token structure").
 */
async function serviceToken({ hostName, policy }: FleetHub): Promise<string> {
  const expiry = Math.ceil(Date.now() / 1000) + 60
  const bytes = Uint8Array.from(atob(policy.key), (character) => character.charCodeAt(0))
  const key = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  const resource = encodeURIComponent(hostName)
  const signed = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(`${resource}\n${expiry}`))
  const signature = encodeURIComponent(btoa(String.fromCharCode(...new Uint8Array(signed))))
  return `SharedAccessSignature sr=${resource}&sig=${signature}&se=${expiry}&skn=${encodeURIComponent(policy.name)}`
}
