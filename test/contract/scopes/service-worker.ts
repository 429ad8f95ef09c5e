import { type Order, play } from '../play.ts'

/** The part of `ExtendableMessageEvent` that this worker uses. */
interface Extendable extends MessageEvent<Order> {
  waitUntil(work: Promise<unknown>): void
}

addEventListener('message', (event) => {
  const { data, ports, waitUntil } = event as Extendable
  // A browser may end a service worker that no event keeps alive.
  waitUntil.call(
    event,
    play(data).then((verdict) => ports[0]?.postMessage(verdict)),
  )
})
