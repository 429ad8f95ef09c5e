import type { Opener } from './suite/sentence.ts'
import type { Order, Verdict } from './worker.ts'

/** Starts a worker that runs tests by their titles, one at a time. */
export function startWorker(
  controlUrl: string,
  scheme: 'ws' | 'wss',
  opener: Opener = 'openTwin',
): (title: string) => Promise<void> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
  return async (title) => {
    const verdict = await new Promise<Verdict>((resolve, reject) => {
      worker.addEventListener('message', ({ data }: MessageEvent<Verdict>) => resolve(data), { once: true })
      worker.addEventListener('error', ({ message }) => reject(new Error(`Worker: ${message}`)), { once: true })
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker takes none
      worker.postMessage({ controlUrl, scheme, title, opener } satisfies Order)
    })
    if (verdict.failure !== undefined) throw new Error(verdict.failure)
  }
}
