import type { Hub, HubEvent } from 'hubtwin-emulator'
import { onTestFinished } from 'vitest'
import { until } from '../../contract/suite/waits.ts'
import { officialClient, type OfficialAccess, type OfficialClient } from '../official-device.ts'

/** A transport of the device SDK, and its consequences for a test. */
export interface Transport {
  readonly name: 'Mqtt' | 'MqttWs'
  access(hub: Hub): Pick<OfficialAccess, 'mqttPort'>
}

const both: readonly Transport[] = [
  { name: 'Mqtt', access: ({ mqttPort }) => ({ mqttPort }) },
  { name: 'MqttWs', access: () => ({}) },
]

export const transports: readonly [Transport['name'], Transport][] = both.map((each) => [each.name, each])

export interface Whom {
  readonly deviceId: string
  readonly moduleId?: string
  readonly modelId?: string
  /** Further options of the client. */
  readonly options?: object
}

/** Opens a client. The end of the test closes it. */
export async function openOfficial(hub: Hub, transport: Transport, whom: Whom): Promise<OfficialClient> {
  const client = await officialFor(hub, transport, whom)
  await client.open()
  return client
}

/** Creates a client without connecting it. */
export async function officialFor(hub: Hub, transport: Transport, whom: Whom): Promise<OfficialClient> {
  const { deviceId, moduleId, modelId, options } = whom
  const client = await officialClient({
    connectionString: hub.connectionStrings.device(deviceId, moduleId === undefined ? {} : { moduleId }),
    certificateAuthority: hub.certificateAuthority,
    ...transport.access(hub),
    ...(modelId !== undefined && { modelId }),
    ...(options !== undefined && { options }),
  })
  // The client can wait forever for a response on a closed connection.
  onTestFinished(async () => void (await client.close().catch(() => {})))
  return client
}

/** The SDK does not report that the hub granted a subscription. */
export function subscribed(hub: Hub, deviceId: string, part: string): Promise<void> {
  return until(`${deviceId} is subscribed to ${part}`, async () =>
    hub
      .connections()
      .some((each) => each.deviceId === deviceId && each.subscriptions.some((filter) => filter.includes(part))),
  )
}

export function isConnected(hub: Hub, id: string): boolean {
  return hub.connections().some(({ deviceId }) => deviceId === id)
}

/** Collects the events of a device from now on. */
export function eventsOf<Type extends HubEvent['type']>(
  hub: Hub,
  type: Type,
  deviceId: string,
): Extract<HubEvent, { type: Type }>[] {
  const events: Extract<HubEvent, { type: Type }>[] = []
  const stop = hub.events.listen((event) => {
    if (event.type === type && 'deviceId' in event && event.deviceId === deviceId) {
      events.push(event as Extract<HubEvent, { type: Type }>)
    }
  })
  onTestFinished(stop)
  return events
}

export function happened(what: string, events: readonly unknown[], count = 1): Promise<void> {
  return until(what, async () => events.length >= count)
}
