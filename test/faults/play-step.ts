import { setTimeout as delay } from 'node:timers/promises'
import { patchDesired, record, report } from './changes.ts'
import { callMethod, sendMessage, sendTelemetry } from './feature-calls.ts'
import { openHubLog } from './hub-log.ts'
import { playHubStep } from './hub-steps.ts'
import type { Play } from './play.ts'
import { sectionsAt, withoutMeta } from './sections.ts'
import type { Step } from './step.ts'
import { waitFor } from './wait-for.ts'

export function beginPlay(parts: Pick<Play, 'house' | 'proxy' | 'client' | 'deviceId' | 'port'>): Play {
  const { desired } = sectionsAt(parts)
  const history = new Map([[desired.$version, { desired: withoutMeta(desired), patch: {} }]])
  const log = openHubLog(parts.house, parts.deviceId)
  return { ...parts, reports: [], refreshes: [], sends: [], calls: [], messages: [], log, history }
}

export async function playStep(play: Play, step: Step): Promise<void> {
  const { proxy, client } = play
  switch (step.type) {
    case 'desired':
      return patchDesired(play, step.shape)
    case 'report':
      return report(play, step.shape)
    case 'refresh':
      record(play, play.refreshes, 'refresh', client.refresh())
      return
    case 'send':
      return sendTelemetry(play, step.shape)
    case 'call':
      callMethod(play, step.shape)
      return
    case 'message':
      sendMessage(play)
      return
    case 'wait':
      return delay(step.inMs)
    case 'calm':
      return calm(play)
    case 'weather':
      proxy.weather = step.weather
      return
    case 'cut':
      return proxy.cut(step.side)
    case 'wake':
    case 'sleep':
    case 'clock':
    case 'fail-token':
    case 'delay-token':
    case 'listen':
      return client.apply(step)
    default:
      return playHubStep(play, step)
  }
}

async function calm({ proxy, client }: Play): Promise<void> {
  proxy.weather = { type: 'fair' }
  await waitFor(() => client.isReady, { atMostInMs: 300 })
}
