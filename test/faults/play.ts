import type { JsonObject } from 'hubtwin-emulator'
import type { Client } from './client.ts'
import type { House } from './house.ts'
import type { HubLog } from './hub-log.ts'
import type { Proxy } from './proxy.ts'
import type { CallShape, SendShape } from './step.ts'

/** A plan in progress: its hub, its device, and its results so far. */
export interface Play {
  readonly house: House
  readonly proxy: Proxy
  readonly client: Client
  readonly deviceId: string
  /** The port of the hub behind the proxy. */
  readonly port: 'plainPort' | 'securePort'
  readonly reports: Asked[]
  readonly refreshes: Asked[]
  readonly sends: Asked[]
  readonly calls: Asked[]
  readonly messages: Asked[]
  readonly log: HubLog
  /** The hub's desired properties by version, with the patch that made each version. */
  readonly history: Map<number, Past>
}

export interface Past {
  readonly desired: JsonObject
  readonly patch: JsonObject
}

/** A call that a plan made to the client. */
export interface Asked {
  readonly shape: 'set' | 'empty' | 'replace' | 'abort' | 'refresh' | SendShape | CallShape | 'message'
  /** The hub's desired version at the time of the call. */
  readonly version: number
  outcome:
    | { readonly type: 'pending' }
    | { readonly type: 'resolved'; readonly value: unknown; readonly counterAtHub: number }
    | { readonly type: 'rejected'; readonly error: unknown }
}
