import { openRedisStore } from '../../service/src/runtime/redis/redis-store.ts'
import { auditLine, openEnrollment } from '../../service/src/tokens/index.ts'
import { type RedisProcess, startRedis } from '../../test/service/tokens/redis/redis-process.ts'

// Measures the memory of Redis for each enrolled kiosk, and for each event of the log. Run it with
// `npx tsx bench/token-service/store-memory.ts` after a build.

const KIOSKS = 5_000
const redis = await startRedis()
const store = openRedisStore(redis.url)
await store.connect(10_000)
const enrollment = openEnrollment(store)
await enrollment.keySet()
const usedMemory = async ({ ask }: RedisProcess): Promise<number> =>
  Number(/used_memory:(\d+)/.exec(await ask('INFO', 'memory'))?.[1])

const before = await usedMemory(redis)
for (let at = 0; at < KIOSKS; at += 1) {
  const { code } = await enrollment.codes.make(`kiosk-${at}`, 600)
  await enrollment.codes.spend(code)
  await enrollment.issue(`kiosk-${at}`)
}
const enrolled = await usedMemory(redis)
const event = {
  time: new Date().toISOString(),
  event: 'token',
  address: '203.0.113.7',
  outcome: 'ok',
  issuer: 'hubtwin-service',
  subject: 'kiosk-1234',
  tokenId: crypto.randomUUID(),
  deviceId: 'kiosk-1234',
} as const
for (let count = 0; count < KIOSKS; count += 1) store.audit(event)
// The commands of a connection run in order.
await store.check()
const logged = await usedMemory(redis)
console.log(`${Math.round((enrolled - before) / KIOSKS)} bytes for each kiosk`)
console.log(`${Math.round((logged - enrolled) / KIOSKS)} bytes for each event of ${auditLine(event).length} characters`)
store.close()
await redis.close()
