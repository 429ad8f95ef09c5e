/**
 * Replaces `node-socket.ts` in a page, by the `browser` field of package.json, so that bundlers
 * leave out `ws`.
 */
export function openNodeSocket(): Promise<never> {
  return Promise.reject(new Error('This runtime has no WebSocket'))
}
