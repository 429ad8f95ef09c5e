import type { Algorithm } from '../tokens/jwt/verifier.ts'
import type { StateOptions } from './state-options.ts'

/** The options of the command `serve`, as commander parses them. */
export interface ServeOptions extends StateOptions {
  readonly port: number
  readonly address: string
  readonly origin: readonly string[]
  readonly static?: string
  readonly device?: string
  readonly key: 'policy' | 'device'
  readonly sasMinutes: number
  readonly tokenDays: number
  readonly jwks?: string
  readonly issuer?: string
  readonly audience?: string
  readonly algorithm: readonly Algorithm[]
  readonly devices?: string
  readonly perAddress: number
  readonly perSubject: number
  readonly trustProxy: boolean
  readonly metricsPort?: number
  readonly metricsAddress: string
  readonly drainSeconds: number
}
