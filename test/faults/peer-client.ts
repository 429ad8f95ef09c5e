import { setTimeout as delay } from 'node:timers/promises'
import type { Hub, JsonObject } from 'hubtwin-emulator'
import { hubAgent } from '../interop/hub-agent.ts'
import { type OfficialClient, officialClient, officialMessage, officialReport } from '../interop/official-device.ts'
import type { Client } from './client.ts'
import { SHORT_WAITS } from './device.ts'
import { ANSWERS, SLOW_IN_MS } from './feature-calls.ts'
import type { Subject } from './plan.ts'
import { sectionsOf } from './sections.ts'

/**
 * The deadline for calls of the official client that have no deadline. Without a deadline,
 * the plan would hang.
 */
const CLOSE_TIMEOUT_IN_MS = 2000

/**
 * Opens `azure-iot-device` over MQTT and WebSocket, connects it, and reads its twin. It also adds a
 * listener: without a listener, the client neither subscribes nor reconnects
 * (docs/protocol/protocol.md §7).
 *
 * @param port the port of the proxy
 */
export async function openPeer(hub: Hub, deviceId: string, port: number, subject: Subject): Promise<Client> {
  const { certificateAuthority } = hub
  const connectionString = hub.connectionStrings.device(deviceId)
  const client = await officialClient({ connectionString, certificateAuthority, port })
  // The same keep-alive as hubtwin. The call repeats the earlier options, because each call
  // replaces them all.
  const mqtt = { webSocketAgent: hubAgent(certificateAuthority, port) }
  await client.setOptions({ ca: certificateAuthority, mqtt, keepalive: SHORT_WAITS.keepaliveInSeconds })
  const runs: number[] = []
  await client.open()
  if (subject === 'device') answerMethods(client, runs)
  const twin = await client.getTwin()
  twin.on('properties.desired', () => {})
  // The client subscribes in the background. It would miss earlier changes even on a perfect
  // network.
  const filters = subject === 'device' ? 3 : 2
  while (!hub.connections().some((each) => each.deviceId === deviceId && each.subscriptions.length >= filters)) {
    await delay(5)
  }
  return {
    // The call takes no signal.
    report: (patch) => officialReport(twin, patch),
    refresh: () => client.getTwin(),
    runs,
    // An app that sets no message ID, as most do. The call takes no signal.
    ...(subject === 'device' && {
      send: (n: number, padding: number) =>
        client.sendEvent(officialMessage(JSON.stringify({ n, padding: ' '.repeat(padding) }))),
    }),
    /**
     * The client does not report this. As for any client, the calm phase ends when its twin equals
     * the hub's.
     */
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
    apply() {},
    async close() {
      const timeout = new Promise<void>((resolve) => setTimeout(resolve, CLOSE_TIMEOUT_IN_MS).unref())
      await Promise.race([client.close().catch(() => {}), timeout])
    },
  }
}

function answerMethods(client: OfficialClient, runs: number[]): void {
  const readNumber = ({ payload }: { readonly payload: unknown }): number => {
    const { n } = payload as { readonly n: number }
    runs.push(n)
    return n
  }
  client.onDeviceMethod('quick', (request, response) => {
    const { status, payload } = ANSWERS.quick(readNumber(request))
    void response.send(status, payload)
  })
  client.onDeviceMethod('slow', (request, response) => {
    const { status, payload } = ANSWERS.slow(readNumber(request))
    void delay(SLOW_IN_MS).then(() => response.send(status, payload))
  })
  client.onDeviceMethod('throw', (request) => {
    throw new Error(`No answer to call ${readNumber(request)}`)
  })
}
