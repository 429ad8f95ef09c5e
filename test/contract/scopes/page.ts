import { type Order, play, type Verdict } from '../play.ts'

// The script of a page that runs the contract in itself and in the workers that only a page can
// start. The test calls it through `globalThis`.

const DEADLINE_IN_MS = 25_000

const players = {
  page: play,
  'shared worker': (order: Order) => ask(new SharedWorker('/shared-worker.js').port, order),
  'service worker': async (order: Order) => {
    await navigator.serviceWorker.register('/service-worker.js')
    const { active } = await navigator.serviceWorker.ready
    return active === null ? { failure: 'The service worker is not active' } : ask(active, order)
  },
}

export type Scope = keyof typeof players

/** The response comes through its own channel. */
async function ask(worker: MessagePort | ServiceWorker, order: Order): Promise<Verdict> {
  const { port1, port2 } = new MessageChannel()
  const verdict = new Promise<Verdict>((resolve) => {
    port1.addEventListener('message', ({ data }: MessageEvent<Verdict>) => resolve(data))
    setTimeout(() => resolve({ failure: 'The worker gave no verdict' }), DEADLINE_IN_MS)
  })
  port1.start()
  worker.postMessage(order, [port2])
  return verdict
}

export interface ScopePage {
  playIn(scope: Scope, order: Order): Promise<Verdict>
}

Object.assign(globalThis, { playIn: (scope: Scope, order: Order) => players[scope](order) } satisfies ScopePage)
