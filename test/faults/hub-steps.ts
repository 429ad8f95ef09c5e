import type { FaultSpec, Hub } from 'hubtwin-emulator'
import type { Play } from './play.ts'
import { beginRival } from './rival.ts'
import { type HubStep, NONSENSE } from './step.ts'

/** The faults of the steps that differ only in how often the hub injects them. */
const FIXED_FAULTS = {
  throttle: { fault: 'throttle' },
  silence: { fault: 'silence' },
  'lose-answer': { fault: 'lose' },
  'delay-answer': { fault: 'delay', milliseconds: 30 },
  'duplicate-answer': { fault: 'duplicate', operation: 'answer' },
  'lose-notification': { fault: 'lose', operation: 'notification' },
  'duplicate-notification': { fault: 'duplicate' },
  'refuse-connect': { fault: 'refuse' },
  'lose-early-get': { fault: 'lose', operation: 'early-get' },
  'refuse-early-packet': { fault: 'refuse', operation: 'early-packet' },
  'lose-puback': { fault: 'lose', operation: 'puback' },
  'delay-puback': { fault: 'delay', operation: 'puback', milliseconds: 60 },
  'close-before-storing': { fault: 'close', operation: 'before-storing' },
  'close-after-storing': { fault: 'close', operation: 'after-storing' },
} as const satisfies Partial<Record<HubStep['type'], FaultSpec>>

type FixedStep = Extract<HubStep, { type: keyof typeof FIXED_FAULTS }>

function isFixed(step: HubStep): step is FixedStep {
  return step.type in FIXED_FAULTS
}

export async function playHubStep({ house, proxy, port, deviceId, history, log }: Play, step: HubStep): Promise<void> {
  const { faults } = house.hub
  if (isFixed(step)) return void faults.set({ ...FIXED_FAULTS[step.type], device: deviceId, times: step.times })
  switch (step.type) {
    case 'answer':
      faults.answer({ status: step.status, device: deviceId, times: step.times })
      return
    case 'refuse-upgrade':
      faults.set({ fault: 'refuse', operation: 'upgrade', status: step.status, times: step.times })
      return
    case 'repeat-call': {
      const last = log.calls.at(-1)
      // Over another connection, the same number would be another call. The hub has the connection
      // before it stores and reports that.
      if (!log.isConnected || last?.connection !== log.connection) return
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
  }
}

/** An offline device misses the message, as with a real hub. */
async function send(hub: Hub, deviceId: string, topic: string, payload: string): Promise<void> {
  if (isConnected(hub, deviceId)) await hub.faults.send({ deviceId }, topic, payload).catch(() => {})
}

export function isConnected(hub: Hub, deviceId: string): boolean {
  return hub.connections().some((connection) => connection.deviceId === deviceId)
}
