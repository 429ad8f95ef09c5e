import { contractOf } from './suite/contract.ts'
import type { Opener } from './suite/sentence.ts'
import { connectTestHub } from './suite/test-hub.ts'

/** A request of the page: run the test with this title. */
export interface Order {
  readonly controlUrl: string
  readonly scheme: 'ws' | 'wss'
  readonly title: string
  readonly opener: Opener
}

export interface Verdict {
  readonly failure?: string
}

async function play({ controlUrl, scheme, title, opener }: Order): Promise<Verdict> {
  const sentence = contractOf(opener).find((each) => each.title === title)
  if (sentence === undefined || typeof document !== 'undefined') return { failure: `Worker cannot play "${title}"` }
  try {
    await sentence.run(connectTestHub(controlUrl, scheme), opener)
    return {}
  } catch (error) {
    return { failure: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}

self.addEventListener('message', ({ data }: MessageEvent<Order>) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- there is one page
  void play(data).then((verdict) => self.postMessage(verdict))
})
