import { probe, type Capabilities } from './capabilities.ts'
import { contractOf } from './suite/contract.ts'
import type { Opener } from './suite/sentence.ts'
import { connectTestHub } from './suite/test-hub.ts'

/** A request to a runtime that vitest does not reach: a test by its title, or the probe. */
export interface Order {
  readonly controlUrl: string
  readonly scheme: 'ws' | 'wss'
  readonly opener: Opener
  /** Without a title, the order is to probe the capabilities. */
  readonly title?: string
}

export interface Verdict {
  readonly failure?: string
  readonly capabilities?: Capabilities
}

/** Carries out an order. It never rejects, because an error would lose its text on the way. */
export async function play({ controlUrl, scheme, opener, title }: Order): Promise<Verdict> {
  try {
    const hub = connectTestHub(controlUrl, scheme)
    if (title === undefined) return { capabilities: await probe(hub) }
    const sentence = contractOf(opener).find((each) => each.title === title)
    if (sentence === undefined) return { failure: `There is no test "${title}"` }
    await sentence.run(hub, opener)
    return {}
  } catch (error) {
    return { failure: error instanceof Error ? `${error.message}\n${error.stack}` : String(error) }
  }
}
