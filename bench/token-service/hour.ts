import { appendFileSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { openRedisStore } from '../../service/src/runtime/redis/redis-store.ts'
import { openEnrollment, storedRevocations } from '../../service/src/tokens/index.ts'
import { startBalancer } from '../../test/service/tokens/redis/balancer.ts'
import { startRedis } from '../../test/service/tokens/redis/redis-process.ts'
import { type Instance, spawnInstance } from '../../test/service/tokens/redis/spawn-instance.ts'
import { spawnHub } from './hub-process.ts'
import { type Kiosk, openKiosk, type Seen } from './kiosk.ts'
import { latencies } from './latencies.ts'

// Measures an hour of real kiosks: each is a twin that renews its password at two instances of the
// token service, with Redis and a local hub. Both instances, Redis, and the keys fail or change
// during the run. Run it with `npx tsx bench/token-service/hour.ts --out FILE` after a build. The
// file gets a line of JSON each minute, and the result as its last line.

const { values } = parseArgs({
  options: {
    kiosks: { type: 'string', default: '2000' },
    minutes: { type: 'string', default: '60' },
    'sas-minutes': { type: 'string', default: '15' },
    out: { type: 'string', default: '/dev/stdout' },
  },
})
const [count, minutes] = [Number(values.kiosks), Number(values.minutes)]
const ENROLLMENTS_PER_SECOND = 20
const MINUTE_IN_MS = 60_000

const deviceIds = Array.from({ length: count }, (_, index) => `kiosk-${index + 1}`)
const redis = await startRedis()
const hub = await spawnHub(deviceIds)
const environment = { IOTHUB_CONNECTION_STRING: hub.connectionString }
const startInstance = (port = 0): Promise<Instance> =>
  spawnInstance(
    redis.url,
    ['--port', String(port), '--sas-minutes', values['sas-minutes'], '--drain-seconds', '2'],
    environment,
  )
const instances = [await startInstance(), await startInstance()]
const balancer = await startBalancer(instances.map(({ port }) => port))
const store = openRedisStore(redis.url)
await store.connect(10_000)
const enrollment = openEnrollment(store)
const SEEN: Seen = { latencies: [], statuses: {}, servedAfterRevocation: 0 }
const kiosks: Kiosk[] = []
const ready = new Set<string>()
let reports = 0

const start = Date.now()
const minutesPassed = (): number => (Date.now() - start) / MINUTE_IN_MS
write({ event: 'start', kiosks: count, minutes, sasMinutes: Number(values['sas-minutes']) })
const progress = setInterval(() => write(snapshot()), MINUTE_IN_MS)

for (const deviceId of deviceIds) {
  const { code } = await enrollment.codes.make(deviceId, 600)
  const kiosk = await openKiosk(balancer.port, { deviceId, code, endpoint: hub.endpoint }, SEEN)
  kiosk.twin.onStatus(({ type }) => void (type === 'ready' ? ready.add(deviceId) : ready.delete(deviceId)))
  kiosks.push(kiosk)
  await delay(1000 / ENROLLMENTS_PER_SECOND)
}
write({ ...snapshot(), event: 'all enrolled' })
const reporting = setInterval(report, (5 * MINUTE_IN_MS) / count)

await at(1 / 6, 'an instance is killed, and starts again after 20 s', async () => {
  instances[0]?.stop('SIGKILL')
  await delay(20_000)
  instances[0] = await startInstance(instances[0]?.port)
})
await at(2 / 6, 'Redis is killed, and starts again after 20 s', async () => {
  await redis.kill()
  await delay(20_000)
  await redis.start()
})
await at(3 / 6, 'Redis stops answering for 20 s', async () => {
  redis.pause()
  await delay(20_000)
  redis.resume()
})
await at(4 / 6, 'the signing keys rotate, and an instance restarts by SIGTERM', async () => {
  await enrollment.keys.rotate()
  instances[1]?.stop('SIGTERM')
  await instances[1]?.ended
  instances[1] = await startInstance(instances[1]?.port)
})
await at(4.3 / 6, 'every hundredth kiosk is revoked', async () => {
  for (const kiosk of kiosks.filter((_, index) => index % 100 === 0)) {
    await storedRevocations(store).revoke(kiosk.deviceId)
    kiosk.isRevoked = true
  }
})
await at(1, 'the end', async () => undefined)
clearInterval(progress)
clearInterval(reporting)
const honest = kiosks.filter(({ isRevoked }) => !isRevoked)
write({
  ...snapshot(),
  event: 'result',
  honestKiosks: honest.length,
  honestReady: honest.filter(({ deviceId }) => ready.has(deviceId)).length,
  revokedReady: kiosks.filter(({ isRevoked, deviceId }) => isRevoked && ready.has(deviceId)).length,
  redisMemory: /used_memory:(\d+)/.exec(await redis.ask('INFO', 'memory'))?.[1],
})
await Promise.all(kiosks.map(({ twin }) => twin.close()))
for (const instance of instances) instance.stop('SIGTERM')
await Promise.all(instances.map(({ ended }) => ended))
store.close()
await balancer.close()
hub.stop()
await redis.close()

async function at(part: number, event: string, work: () => Promise<void>): Promise<void> {
  await delay(Math.max(0, part * minutes * MINUTE_IN_MS - (Date.now() - start)))
  write({ ...snapshot(), event })
  await work()
}

function report(): void {
  const kiosk = kiosks[reports % kiosks.length]
  reports += 1
  // A kiosk without a connection keeps its report and sends it later.
  kiosk?.twin.report({ uptimeInSeconds: Math.round(process.uptime()) }).catch(() => undefined)
}

function snapshot(): Readonly<Record<string, unknown>> {
  return {
    minute: Math.round(minutesPassed() * 10) / 10,
    enrolled: kiosks.length,
    ready: ready.size,
    passwords: SEEN.statuses['200'] ?? 0,
    statuses: { ...SEEN.statuses },
    servedAfterRevocation: SEEN.servedAfterRevocation,
    reports,
    latencyInMs: latencies(SEEN.latencies),
    memoryInMb: [process.pid, hub.pid, ...instances.map(({ pid }) => pid)].map(residentMb),
  }
}

function residentMb(pid: number): number {
  try {
    const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return Math.round(Number(kilobytes) / 1024)
  } catch {
    return 0
  }
}

function write(line: Readonly<Record<string, unknown>>): void {
  appendFileSync(values.out, `${JSON.stringify({ at: new Date().toISOString(), ...line })}\n`)
}
