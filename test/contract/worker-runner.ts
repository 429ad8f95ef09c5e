import type { Order, Verdict } from './play.ts'

/** Starts a worker that carries out orders, one at a time. */
export function startWorker(): (order: Order) => Promise<Verdict> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
  return async (order) => {
    const verdict = await new Promise<Verdict>((resolve, reject) => {
      worker.addEventListener('message', ({ data }: MessageEvent<Verdict>) => resolve(data), { once: true })
      worker.addEventListener('error', ({ message }) => reject(new Error(`Worker: ${message}`)), { once: true })
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker takes none
      worker.postMessage(order)
    })
    if (verdict.failure !== undefined) throw new Error(verdict.failure)
    return verdict
  }
}
