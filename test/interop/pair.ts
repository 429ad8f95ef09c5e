import { randomUUID } from 'node:crypto'
import { openTwin, type DesiredChange, type Twin } from 'hubtwin'
import type { AnswerSpec, FaultSpec, Hub, JsonObject } from 'hubtwin-emulator'
import { createGate, type Gate } from '../contract/control/gate.ts'
import { createRecording, until, type Recording } from '../contract/suite/waits.ts'
import { officialClient, type OfficialClient, type OfficialTwin } from './official-device.ts'

/** Two devices with the same history: the official client runs one, hubtwin the other. */
export interface Pair {
  readonly official: { readonly client: OfficialClient; readonly twin: OfficialTwin; readonly deviceId: string }
  readonly ours: { readonly twin: Twin; readonly changes: Recording<DesiredChange>; readonly deviceId: string }
  patchDesired(desired: JsonObject): Promise<void>
  setFault(fault: FaultSpec | AnswerSpec, times?: number): void
  send(topic: string, payload: string): Promise<void>
  /** Resolves when both are disconnected from the hub. */
  shutGate(): Promise<void>
  /** Resolves when both are connected again. */
  openGate(): Promise<void>
  close(): Promise<void>
}

/** @param desired the desired properties of both twins before the devices connect */
export async function openPair(hub: Hub, desired: JsonObject = {}): Promise<Pair> {
  const name = randomUUID()
  const [officialId, ourId] = [`official-${name}`, `hubtwin-${name}`]
  const ids = [officialId, ourId]
  for (const deviceId of ids) {
    await hub.createDevice(deviceId)
    await hub.updateTwin(deviceId, { properties: { desired } })
  }
  const [secure, plain] = await Promise.all([createGate(hub.securePort), createGate(hub.plainPort)])
  const gates: Gate[] = [secure, plain]
  for (const gate of gates) gate.setOpen(true)

  const client = await officialClient({
    connectionString: hub.connectionStrings.device(officialId),
    certificateAuthority: hub.certificateAuthority,
    port: secure.port,
  })
  await client.open()
  const officialTwin = await client.getTwin()
  // Adds a listener. Without a listener, the client neither subscribes nor reconnects
  // (docs/protocol/protocol.md §7).
  officialTwin.on('properties.desired', () => {})

  const twin = openTwin(hub.connectionStrings.device(ourId, { plain: true }), {
    endpoint: `ws://localhost:${plain.port}`,
    requestTimeoutInMs: 1000,
    retryDelayInMs: 20,
    maxRetryDelayInMs: 200,
  })
  const changes = createRecording<DesiredChange>()
  twin.onDesired(changes.add)
  await twin.ready()

  const areConnected = async (): Promise<boolean> =>
    ids.every((id) => hub.connections().find(({ deviceId }) => deviceId === id)?.subscriptions.length === 2)
  await until('both devices are subscribed', areConnected)

  return {
    official: { client, twin: officialTwin, deviceId: officialId },
    ours: { twin, changes, deviceId: ourId },
    async patchDesired(patch) {
      for (const deviceId of ids) await hub.updateTwin(deviceId, { properties: { desired: patch } })
    },
    setFault(fault, times) {
      for (const device of ids) {
        const target = { device, ...(times !== undefined && { times }) }
        if ('fault' in fault) hub.faults.set({ ...fault, ...target })
        else hub.faults.answer({ ...fault, ...target })
      }
    },
    async send(topic, payload) {
      for (const deviceId of ids) await hub.faults.send({ deviceId }, topic, payload)
    },
    async shutGate() {
      for (const gate of gates) gate.setOpen(false)
      const areGone = async (): Promise<boolean> => !hub.connections().some(({ deviceId }) => ids.includes(deviceId))
      await until('the hub has lost both devices', areGone)
    },
    async openGate() {
      for (const gate of gates) gate.setOpen(true)
      await until('both devices are connected again', areConnected)
    },
    async close() {
      // The official client can wait forever for a response on a closed connection.
      await Promise.all([client.close().catch(() => {}), twin.close()])
      await Promise.all(gates.map((gate) => gate.close()))
    },
  }
}

/** Resolves when the official twin has this top-level desired value. */
export function officialHas(twin: OfficialTwin, key: string, value: unknown): Promise<void> {
  return until(`the official twin has ${key}`, async () => twin.properties.desired[key] === value)
}
