import type { Hub } from 'hubtwin-emulator'
import type { Play } from './play.ts'
import { beginRival } from './rival.ts'
import { type HubStep, nonsense } from './step.ts'

export async function strikeHub({ house, proxy, port, deviceId, history }: Play, step: HubStep): Promise<void> {
  const { faults } = house.hub
  switch (step.type) {
    case 'delay-answer':
      faults.set({ type: 'delay-answer', delayInMs: 30 }, { deviceId, times: step.times })
      return
    case 'answer':
      faults.set({ type: 'answer', status: step.status }, { deviceId, times: step.times })
      return
    case 'refuse-upgrade':
      faults.set({ type: 'refuse-upgrade', status: step.status }, { times: step.times })
      return
    case 'drop':
      faults.drop({ deviceId })
      return
    case 'stale': {
      const versions = [...history.keys()].sort((a, b) => b - a)
      const version = versions[Math.min(step.age, versions.length - 1)] ?? 1
      const body = JSON.stringify({ ...history.get(version)?.patch, $version: version })
      return send(house.hub, deviceId, `$iothub/twin/PATCH/properties/desired/?$version=${version}`, body)
    }
    case 'nonsense': {
      const [topic, payload] = nonsense[step.message]
      if (topic !== '') return send(house.hub, deviceId, topic, payload)
      if (isConnected(house.hub, deviceId)) faults.sendBytes({ deviceId }, Buffer.from(payload, 'latin1'))
      return
    }
    case 'restart':
      await house.restart()
      proxy.upstreamPort = house.hub[port]
      return
    case 'hub-clock':
      house.clockOffsetInMs += step.byInMs
      return
    case 'rival':
      return beginRival(house.hub, deviceId)
    default:
      faults.set({ type: step.type }, { deviceId, times: step.times })
  }
}

/** A device that is not connected misses it, as it would. */
async function send(hub: Hub, deviceId: string, topic: string, payload: string): Promise<void> {
  if (isConnected(hub, deviceId)) await hub.faults.send({ deviceId }, topic, payload).catch(() => {})
}

export function isConnected(hub: Hub, deviceId: string): boolean {
  return hub.connections().some((connection) => connection.deviceId === deviceId)
}
