import { setTimeout as delay } from 'node:timers/promises'
import type { JsonObject } from 'hubtwin-emulator'
import { patchDesired, record, report } from './changes.ts'
import type { Client } from './client.ts'
import type { House } from './house.ts'
import { strikeHub } from './hub-steps.ts'
import type { Proxy } from './proxy.ts'
import { sectionsAt, withoutMeta } from './sections.ts'
import type { Step } from './step.ts'

/** A plan under way: where it happens, to whom, and what came of it. */
export interface Play {
  readonly house: House
  readonly proxy: Proxy
  readonly client: Client
  readonly deviceId: string
  /** Which of the hub's ports the proxy leads to. */
  readonly port: 'plainPort' | 'securePort'
  readonly reports: Asked[]
  readonly refreshes: Asked[]
  /** Desired properties as the hub had them, by version, and the patch that made each. */
  readonly history: Map<number, Past>
}

export interface Past {
  readonly desired: JsonObject
  readonly patch: JsonObject
}

/** Something that a plan asked of the client. */
export interface Asked {
  readonly shape: 'set' | 'empty' | 'replace' | 'abort' | 'refresh'
  /** The hub's desired version at that time. */
  readonly version: number
  outcome:
    | { readonly type: 'pending' }
    | { readonly type: 'resolved'; readonly value: unknown; readonly counterAtHub: number }
    | { readonly type: 'rejected'; readonly error: unknown }
}

export function beginPlay(parts: Pick<Play, 'house' | 'proxy' | 'client' | 'deviceId' | 'port'>): Play {
  const { desired } = sectionsAt(parts)
  const history = new Map([[desired.$version, { desired: withoutMeta(desired), patch: {} }]])
  return { ...parts, reports: [], refreshes: [], history }
}

export async function playStep(play: Play, step: Step): Promise<void> {
  const { proxy, client } = play
  switch (step.type) {
    case 'desired':
      return patchDesired(play, step.shape)
    case 'report':
      return report(play, step.shape)
    case 'refresh':
      return record(play, play.refreshes, 'refresh', client.refresh())
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
      return client.strike(step)
    default:
      return strikeHub(play, step)
  }
}

async function calm({ proxy, client }: Play): Promise<void> {
  proxy.weather = { type: 'fair' }
  const until = performance.now() + 300
  while (!client.isReady && performance.now() < until) await delay(2)
}
