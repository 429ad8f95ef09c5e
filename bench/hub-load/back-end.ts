import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { DEVELOPMENT_OWNER_KEY } from 'hubtwin-emulator'
import { desiredTopicOf, dialectOf, tokenFor } from './dialect.ts'
import { openLoadDevice } from './load-device.ts'
import { deviceIdOf, type Target } from './target.ts'
import { desiredPatchOf } from './twin.ts'

/** Changes desired properties. */
export interface BackEnd {
  /** Resolves when the server acknowledges the change, if it does. */
  change(at: number, step: number): Promise<void>
}

/**
 * At a hub, the back end uses REST. At a broker, it is another client that publishes to the
 * devices.
 */
export async function backEndOf(target: Target, number: number, localAddress: string): Promise<BackEnd> {
  if (target.rest !== undefined) {
    const rest = restOf(target.rest)
    return {
      async change(at, step) {
        await rest('PATCH', `/twins/${deviceIdOf(at)}`, { properties: { desired: desiredPatchOf(step) } })
      },
    }
  }
  const client = await openLoadDevice(target, dialectOf(target), 1_000_000 + number, localAddress)
  return {
    async change(at, step) {
      const payload = JSON.stringify({ ...desiredPatchOf(step), $version: step })
      client.publish({ topic: desiredTopicOf(at, step), payload })
    },
  }
}

export type Rest = (method: string, path: string, body?: unknown) => Promise<string>

/**
 * Uses Node's own client over persistent connections, the cheapest there is.
 *
 * @param base such as `http://localhost:1234`
 */
export function restOf(base: string): Rest {
  const agent = new Agent({ keepAlive: true })
  const version = 'api-version=2021-04-12'
  const authorization = tokenFor('localhost', DEVELOPMENT_OWNER_KEY, 'iothubowner')

  async function answerOf(method: string, path: string, text: string): Promise<string> {
    const headers = { authorization, 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }
    const sent = request(new URL(`${path}?${version}`, base), { method, headers, agent })
    sent.end(text)
    try {
      const [response] = (await once(sent, 'response')) as [IncomingMessage]
      const answer = (await response.toArray()).join('')
      if (response.statusCode === 200) return answer
      throw new Error(`${method} ${path} returned ${response.statusCode}: ${answer.slice(0, 200)}`)
    } catch (error) {
      // The server may close an idle connection at the moment of its next use.
      const isStale = sent.reusedSocket && (error as NodeJS.ErrnoException).code === 'ECONNRESET'
      if (isStale) return answerOf(method, path, text)
      throw error
    }
  }

  return (method, path, body) => answerOf(method, path, body === undefined ? '' : JSON.stringify(body))
}
