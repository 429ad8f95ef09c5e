import { Agent, request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { openRedisStore } from '../service/src/runtime/redis/redis-store.ts'
import { openEnrollment } from '../service/src/tokens/index.ts'
import { startRedis } from '../test/service/tokens/redis/redis-process.ts'
import { spawnInstance } from '../test/service/tokens/redis/spawn-instance.ts'
import { facts } from './report/facts.ts'
import { table } from './report/markdown.ts'
import { latencies } from './token-service/latencies.ts'

// Measures passwords per second of one, two, and four instances of the token service with Redis,
// all on this machine. Run it with `npx tsx bench/token-service.ts` after a build.

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    connections: { type: 'string', default: '32' },
    instances: { type: 'string', default: '1,2,4' },
  },
})
const [seconds, connections] = [Number(values.seconds), Number(values.connections)]
const WARM_UP_IN_MS = 2_000
const KIOSKS = 200

console.log(
  [
    ...facts([
      ['hubtwin', 'core'],
      ['ioredis', 'node_modules/ioredis'],
    ]),
  ]
    .map((fact) => `- ${fact}`)
    .join('\n'),
)
const rows: (readonly string[])[] = []
for (const count of values.instances.split(',').map(Number)) rows.push(await measure(count))
console.log(`\n${table(['instances', 'passwords per second', 'p50 ms', 'p99 ms', 'max ms', 'other responses'], rows)}`)

async function measure(count: number): Promise<readonly string[]> {
  const redis = await startRedis()
  const instances = await Promise.all(Array.from({ length: count }, () => spawnInstance(redis.url)))
  const store = openRedisStore(redis.url)
  await store.connect(10_000)
  const enrollment = openEnrollment(store)
  const ids = Array.from({ length: KIOSKS }, (_, index) => `kiosk-${index}`)
  const tokens = await Promise.all(ids.map(async (id) => (await enrollment.issue(id)).token))
  const samples: number[] = []
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  let [others, sent, isMeasured, isOver] = [0, 0, false, false]

  async function work(port: number): Promise<void> {
    while (!isOver) {
      sent += 1
      const start = performance.now()
      const status = await ask(agent, port, tokens[sent % tokens.length] ?? '')
      if (!isMeasured) continue
      if (status === 200) samples.push(performance.now() - start)
      else others += 1
    }
  }
  const workers = Array.from({ length: connections }, (_, index) => work(instances[index % count]?.port ?? 0))
  await delay(WARM_UP_IN_MS)
  isMeasured = true
  const start = performance.now()
  await delay(seconds * 1000)
  isMeasured = false
  const elapsed = (performance.now() - start) / 1000
  isOver = true
  await Promise.all(workers)
  agent.destroy()
  store.close()
  for (const instance of instances) instance.stop('SIGTERM')
  await Promise.all(instances.map(({ ended }) => ended))
  await redis.close()
  const { p50, p99, max } = latencies(samples)
  return [count, Math.round(samples.length / elapsed), p50, p99, max, others].map(String)
}

function ask(agent: Agent, port: number, token: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, 'content-length': 0 }
    const sent = request({ agent, port, host: '127.0.0.1', path: '/api/token', method: 'POST', headers })
    sent.once('error', reject)
    sent.once('response', (response) => {
      response.resume()
      response.once('end', () => resolve(response.statusCode ?? 0))
    })
    sent.end()
  })
}
