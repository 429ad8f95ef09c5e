import { request } from 'node:http'
import { onTestFinished } from 'vitest'
import { type Program, startProgram } from '../../../demo/program.ts'
import { type Balancer, startBalancer } from './balancer.ts'
import { type RedisProcess, startRedis } from './redis-process.ts'

/** No request reaches a hub: the key of a policy signs passwords without one. */
export const ENVIRONMENT = {
  IOTHUB_CONNECTION_STRING:
    'HostName=contoso.azure-devices.net;SharedAccessKeyName=device;SharedAccessKey=bWFkZS11cA==',
}

export interface Instance {
  readonly program: Program
  readonly port: number
}

/** Several processes of the token service behind a load balancer, with their state in Redis. */
export interface Instances {
  readonly redis: RedisProcess
  readonly balancer: Balancer
  readonly all: readonly Instance[]
}

/** They end with the test. */
export async function startInstances(count: number): Promise<Instances> {
  const redis = await startRedis()
  onTestFinished(() => redis.close())
  const all = await Promise.all(Array.from({ length: count }, () => startInstance(redis.url)))
  const balancer = await startBalancer(all.map(({ port }) => port))
  onTestFinished(() => balancer.close())
  return { redis, balancer, all }
}

export async function startInstance(url: string, args: readonly string[] = []): Promise<Instance> {
  const limits = ['--per-address', '1000000', '--per-subject', '1000000', '--trust-proxy']
  const program = startProgram(
    'service/dist/cli.js',
    ['serve', '--port', '0', ...limits, '--drain-seconds', '1', ...args],
    { ...ENVIRONMENT, HUBTWIN_STORE: url },
  )
  onTestFinished(() => program.stop('SIGKILL'))
  await program.tells('Press Ctrl+C')
  return { program, port: Number(/localhost:(\d+)/.exec(program.told())?.[1]) }
}

/** A response, or `lost` if the connection ended without one. */
export interface Outcome {
  readonly status: number | 'lost'
  readonly code?: unknown
  readonly token?: string
}

/** Counts up, so that each request comes from its own address and no limit applies. */
let requests = 0

/** Sends a request over a connection of its own, so that a kill loses at most this request. */
export function post(
  port: number,
  path: string,
  { token, code }: { readonly token?: string | undefined; readonly code?: string | undefined },
): Promise<Outcome> {
  requests += 1
  const address = `10.${(requests >> 16) & 255}.${(requests >> 8) & 255}.${requests & 255}`
  return new Promise((resolve) => {
    const sent = request({
      port,
      path,
      host: '127.0.0.1',
      method: 'POST',
      agent: false,
      timeout: 20_000,
      headers: {
        'content-type': 'application/json',
        'x-forwarded-for': address,
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
    })
    sent.once('timeout', () => sent.destroy())
    sent.once('error', () => resolve({ status: 'lost' }))
    sent.once('response', (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => (text += part))
      response.once('error', () => resolve({ status: 'lost' }))
      response.once('end', () => {
        const body = JSON.parse(text) as Record<string, unknown>
        resolve({ status: response.statusCode ?? 'lost', code: body['code'], token: String(body['token']) })
      })
    })
    sent.end(JSON.stringify(code === undefined ? {} : { code }))
  })
}
