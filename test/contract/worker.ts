import { type Order, play } from './play.ts'

self.addEventListener('message', ({ data }: MessageEvent<Order>) => {
  const verdict = 'document' in self ? Promise.resolve({ failure: 'This is no worker' }) : play(data)
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- there is one page
  void verdict.then((result) => self.postMessage(result))
})
