import type { Capabilities } from './capabilities.ts'

/** A row of docs/runtimes.json, as `npm run runtimes:table` writes it. */
export interface RuntimeRecord {
  readonly runtime: string
  /** The version that ran. */
  readonly version: string
  /** Passed and all tests, by the way to connect, such as `wss, openTwin()`. */
  readonly tests: Readonly<Record<string, readonly [passed: number, all: number]>>
  readonly capabilities: Capabilities
}
