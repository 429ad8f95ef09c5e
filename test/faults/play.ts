import type { JsonObject } from 'hubtwin-emulator'
import type { Client } from './client.ts'
import type { House } from './house.ts'
import type { Proxy } from './proxy.ts'

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
