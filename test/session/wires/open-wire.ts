import { onTestFinished } from 'vitest'
import { openLightDeviceWire } from '../../../core/src/runtime/light-device-wire.ts'
import { openMqttWire } from '../../../core/src/runtime/mqtt-wire.ts'
import type { DeviceWire, OpenDeviceWire, WireEvent } from '../../../core/src/session/wire.ts'
import { type MqttPeer, startMqttPeer } from './mqtt-peer.ts'

/** Every transport, by the name of its tests. */
export const transports: readonly (readonly [name: string, openWire: OpenDeviceWire])[] = [
  ['mqtt.js', openMqttWire],
  ['light', openLightDeviceWire],
]

export interface WireScene {
  readonly peer: MqttPeer
  readonly wire: DeviceWire
  readonly events: readonly WireEvent[]
  /** Resolves with the next event of this type that no call has returned yet. */
  event<Type extends WireEvent['type']>(type: Type): Promise<Extract<WireEvent, { type: Type }>>
}

export const ACCEPTED = { cmd: 'connack', returnCode: 0, sessionPresent: false } as const

/** Opens a wire to a peer that the test controls. */
export async function openTestWire(openWire: OpenDeviceWire, url?: string, isPersistent = false): Promise<WireScene> {
  const peer = await startMqttPeer()
  const events: WireEvent[] = []
  const taken = new Set<WireEvent>()
  const waiting = new Set<() => void>()
  const request = {
    ...{ url: url ?? peer.url, clientId: 'device1', userName: 'hub/device1/', password: 'made up' },
    keepaliveInSeconds: 60,
    isPersistent,
  }
  const wire = openWire(request, (event) => {
    events.push(event)
    for (const check of waiting) check()
  })
  onTestFinished(async () => {
    await wire.close()
    await peer.close()
  })
  return {
    peer,
    wire,
    events,
    event(type) {
      return new Promise((resolve, reject) => {
        const deadline = setTimeout(() => reject(new Error(`No ${type}: ${JSON.stringify(events)}`)), 5000)
        const check = (): void => {
          const event = events.find((each) => each.type === type && !taken.has(each))
          if (event === undefined) return
          taken.add(event)
          waiting.delete(check)
          clearTimeout(deadline)
          resolve(event as Extract<WireEvent, { type: typeof type }>)
        }
        waiting.add(check)
        check()
      })
    },
  }
}

/** The same, accepted by the peer. */
export async function openUpWire(openWire: OpenDeviceWire): Promise<WireScene> {
  const scene = await openTestWire(openWire)
  await scene.peer.next('connect')
  scene.peer.send(ACCEPTED)
  await scene.event('up')
  return scene
}
