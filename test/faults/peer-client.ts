import { setTimeout as delay } from 'node:timers/promises'
import type { Hub, JsonObject } from 'hubtwin-emulator'
import { hubAgent } from '../interop/hub-agent.ts'
import { officialClient, officialReport } from '../interop/official-device.ts'
import type { Client } from './client.ts'
import { shortWaits } from './device.ts'
import { sectionsOf } from './sections.ts'

/**
 * How long a call of the official client may take that has no deadline of its own, where a plan
 * cannot go on without it.
 */
const CLOSE_TIMEOUT_IN_MS = 2000

/**
 * `azure-iot-device` over MQTT and WebSocket: connected, its twin read, and somebody listening, without whom it would
 * neither subscribe nor reconnect (docs/protocol/protocol.md §7).
 *
 * @param port of the proxy
 */
export async function openPeer(hub: Hub, deviceId: string, port: number): Promise<Client> {
  const { certificateAuthority } = hub
  const connectionString = hub.connectionStrings.device(deviceId)
  const client = await officialClient({ connectionString, certificateAuthority, port })
  // The same keep-alive as ours, in one call with what was set before, which it replaces.
  const mqtt = { webSocketAgent: hubAgent(certificateAuthority, port) }
  await client.setOptions({ ca: certificateAuthority, mqtt, keepalive: shortWaits.keepaliveInSeconds })
  await client.open()
  const twin = await client.getTwin()
  twin.on('properties.desired', () => {})
  // It subscribes in the background; what is changed before that would be missed in the best of
  // weathers.
  while (!hub.connections().some((each) => each.deviceId === deviceId && each.subscriptions.length > 1)) await delay(5)
  return {
    // It takes no signal.
    report: (patch) => officialReport(twin, patch),
    refresh: () => client.getTwin(),
    /** It does not say; as with any client, calm weather ends when it has what the hub has. */
    get isReady() {
      return twin.properties.desired['$version'] === sectionsOf(hub, deviceId).desired.$version
    },
    get desired() {
      const { $version, $metadata, ...desired } = twin.properties.desired
      return desired as JsonObject
    },
    get version() {
      return Number(twin.properties.desired['$version'])
    },
    strike() {},
    async close() {
      const timeout = new Promise<void>((resolve) => setTimeout(resolve, CLOSE_TIMEOUT_IN_MS).unref())
      await Promise.race([client.close().catch(() => {}), timeout])
    },
  }
}
