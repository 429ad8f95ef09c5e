import type { Hub } from 'hubtwin-emulator'
import type { Play } from './play.ts'
import { beginRival } from './rival.ts'
import { type HubStep, NONSENSE } from './step.ts'

export async function playHubStep({ house, proxy, port, deviceId, history, log }: Play, step: HubStep): Promise<void> {
  const { faults } = house.hub
  switch (step.type) {
    case 'lose-answer':
      faults.set({ fault: 'lose', device: deviceId, times: step.times })
      return
    case 'duplicate-answer':
      faults.set({ fault: 'duplicate', operation: 'answer', device: deviceId, times: step.times })
      return
    case 'lose-notification':
      faults.set({ fault: 'lose', operation: 'notification', device: deviceId, times: step.times })
      return
    case 'duplicate-notification':
      faults.set({ fault: 'duplicate', device: deviceId, times: step.times })
      return
    case 'refuse-connect':
      faults.set({ fault: 'refuse', device: deviceId, times: step.times })
      return
    case 'delay-answer':
      faults.set({ fault: 'delay', milliseconds: 30, device: deviceId, times: step.times })
      return
    case 'answer':
      faults.answer({ status: step.status, device: deviceId, times: step.times })
      return
    case 'refuse-upgrade':
      faults.set({ fault: 'refuse', operation: 'upgrade', status: step.status, times: step.times })
      return
    case 'lose-early-get':
      faults.set({ fault: 'lose', operation: 'early-get', device: deviceId, times: step.times })
      return
    case 'refuse-early-packet':
      faults.set({ fault: 'refuse', operation: 'early-packet', device: deviceId, times: step.times })
      return
    case 'lose-puback':
      faults.set({ fault: 'lose', operation: 'puback', device: deviceId, times: step.times })
      return
    case 'delay-puback':
      faults.set({ fault: 'delay', operation: 'puback', milliseconds: 60, device: deviceId, times: step.times })
      return
    case 'close-before-storing':
      faults.set({ fault: 'close', operation: 'before-storing', device: deviceId, times: step.times })
      return
    case 'close-after-storing':
      faults.set({ fault: 'close', operation: 'after-storing', device: deviceId, times: step.times })
      return
    case 'repeat-call': {
      const last = log.calls.at(-1)
      // Over another connection, the same number would be another call.
      if (last?.connection !== log.connection) return
      return send(house.hub, deviceId, last.topic, last.body)
    }
    case 'drop':
      faults.inject({ fault: 'kick', device: deviceId })
      return
    case 'stale': {
      const versions = [...history.keys()].sort((a, b) => b - a)
      const version = versions[Math.min(step.age, versions.length - 1)] ?? 1
      const body = JSON.stringify({ ...history.get(version)?.patch, $version: version })
      return send(house.hub, deviceId, `$iothub/twin/PATCH/properties/desired/?$version=${version}`, body)
    }
    case 'nonsense': {
      const [topic, payload] = NONSENSE[step.message]
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
      faults.set({ fault: step.type, device: deviceId, times: step.times })
  }
}

/** An offline device misses the message, as with a real hub. */
async function send(hub: Hub, deviceId: string, topic: string, payload: string): Promise<void> {
  if (isConnected(hub, deviceId)) await hub.faults.send({ deviceId }, topic, payload).catch(() => {})
}

export function isConnected(hub: Hub, deviceId: string): boolean {
  return hub.connections().some((connection) => connection.deviceId === deviceId)
}
