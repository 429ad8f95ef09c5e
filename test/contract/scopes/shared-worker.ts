import { type Order, play } from '../play.ts'

addEventListener('connect', (event) => {
  const [port] = (event as MessageEvent).ports
  port?.addEventListener('message', ({ data, ports }: MessageEvent<Order>) => {
    void play(data).then((verdict) => ports[0]?.postMessage(verdict))
  })
  port?.start()
})
