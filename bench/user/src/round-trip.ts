import { lookup } from 'node:dns/promises'
import { connect } from 'node:net'

const SAMPLES = 9
const DEADLINE_IN_MS = 10_000

/**
 * Measures the round-trip time to a server: a TCP handshake takes a single round trip until
 * `connect` (RFC 9293 §3.5).
 *
 * @returns milliseconds
 * @throws Error with the system error code, such as ECONNREFUSED
 */
export async function roundTripTimes(url: URL, signal: AbortSignal): Promise<readonly number[]> {
  const { address } = await lookup(url.hostname.replace(/^\[|\]$/g, ''))
  const port = Number(url.port || (url.protocol === 'ws:' ? 80 : 443))
  const times: number[] = []
  for (let sample = 0; sample < SAMPLES; sample++) {
    signal.throwIfAborted()
    times.push(await handshake(address, port))
  }
  return times
}

function handshake(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const start = performance.now()
    const socket = connect({ host, port })
    socket.setTimeout(DEADLINE_IN_MS, () => socket.destroy(new Error(`${host} did not answer in 10 s`)))
    socket.once('error', reject)
    socket.once('connect', () => {
      resolve(performance.now() - start)
      socket.destroy()
    })
  })
}
