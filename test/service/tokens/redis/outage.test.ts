import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { redisObstacle } from '../../../../tools/redis.ts'
import { type RedisProcess, startRedis } from './redis-process.ts'
import { type Answer, serveOnRedis, type ServiceOnRedis, until } from './service-on-redis.ts'

let redis: RedisProcess
let service: ServiceOnRedis
let token: string
beforeEach(async (context) => {
  const obstacle = redisObstacle()
  if (obstacle !== undefined) context.skip(obstacle)
  redis = await startRedis()
  service = await serveOnRedis(redis.url)
  await service.store.connect(10_000)
  token = await service.enroll()
})
afterEach(async () => {
  await service?.close()
  await redis?.close()
})

const askForPassword = (): Promise<Answer> => service.post('/api/token', { token })
const REFUSAL = { status: 503, code: 'ERR_UNAVAILABLE', retryAfter: expect.any(Number) as number }

/** The service refuses, says when to come back, is not ready, and gives the old code later. */
async function expectOutage(): Promise<void> {
  await until(async () => (await askForPassword()).status !== 200)
  const answers = await Promise.all(Array.from({ length: 20 }, askForPassword))
  for (const answer of answers) {
    expect(answer).toMatchObject(REFUSAL)
    expect(answer.retryAfter).toBeGreaterThan(0)
  }
  await until(async () => !(await service.isReady()))
  // The process itself lives, so a supervisor must not restart it.
  expect((await fetch(`${service.url}/healthz`)).status).toBe(200)
}

async function expectRecovery(): Promise<void> {
  await until(async () => (await askForPassword()).status === 200)
  await until(() => service.isReady())
}

describe('while the store', () => {
  it('is down, the service refuses passwords; after the restart it knows codes, keys, and revocations again', async () => {
    const unspent = await service.enrollment.codes.make('kiosk-8', 600)
    const stolen = await service.enroll('kiosk-9')
    await service.revocations.revoke('kiosk-9')
    await redis.kill()
    await expectOutage()
    expect(await service.post('/api/enroll', { code: unspent.code })).toMatchObject(REFUSAL)
    await redis.start()
    await expectRecovery()
    expect((await service.post('/api/enroll', { code: unspent.code })).status).toBe(201)
    expect(await service.post('/api/token', { token: stolen })).toMatchObject({ status: 403, code: 'ERR_REVOKED' })
  })

  it('is paused, the service refuses passwords before its deadline, and recovers by itself', async () => {
    const unspent = await service.enrollment.codes.make('kiosk-8', 600)
    redis.pause()
    await expectOutage()
    expect(await service.post('/api/enroll', { code: unspent.code })).toMatchObject(REFUSAL)
    redis.resume()
    await expectRecovery()
    // The refused request never reached the code.
    expect((await service.post('/api/enroll', { code: unspent.code })).status).toBe(201)
  })

  it('delays all commands (CLIENT PAUSE), the service refuses passwords, and recovers by itself', async () => {
    expect(await redis.ask('CLIENT', 'PAUSE', '4000', 'ALL')).toBe('+OK')
    await expectOutage()
    await expectRecovery()
  })

  it('is full, the service refuses passwords, and recovers when there is room again', async () => {
    await redis.ask('CONFIG', 'SET', 'maxmemory', '1')
    await expectOutage()
    await redis.ask('CONFIG', 'SET', 'maxmemory', '0')
    await expectRecovery()
  })

  it('has another password, the service refuses passwords, and recovers with the right password', async () => {
    await redis.kill()
    await redis.start(['--requirepass', 'made-up-secret'])
    await expectOutage()
    await redis.kill()
    await redis.start()
    await expectRecovery()
  })

  it('may evict keys, the service is not ready: an evicted revocation would let a device in', async () => {
    await redis.ask('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru')
    await until(async () => !(await service.isReady()))
    await redis.ask('CONFIG', 'SET', 'maxmemory-policy', 'noeviction')
    await until(() => service.isReady())
  })

  it('is down when the service starts, the service refuses passwords until it is up', async () => {
    await redis.kill()
    const early = await serveOnRedis(redis.url)
    expect(await early.post('/api/token', { token })).toMatchObject(REFUSAL)
    expect(await early.isReady()).toBe(false)
    await redis.start()
    await until(async () => (await early.post('/api/token', { token })).status === 200)
    await early.close()
  })
})

describe('a shared store', () => {
  it('counts wrong codes of an address across all services', async () => {
    const limits = { perAddressPerMinute: 100_000, perSubjectPerMinute: 100_000, wrongCodesPerHour: 4 }
    const services = [await serveOnRedis(redis.url, limits), await serveOnRedis(redis.url, limits)]
    await Promise.all(services.map(({ store }) => store.connect(10_000)))
    const statuses: number[] = []
    for (let guess = 0; guess < 6; guess += 1) {
      const answer = await services[guess % 2]?.post('/api/enroll', { code: `AAAA-AAAA-AAA${guess}` })
      statuses.push(answer?.status ?? 0)
      if (answer?.status === 429) expect(answer.retryAfter).toBeGreaterThan(3_000)
    }
    expect(statuses).toEqual([403, 403, 403, 403, 429, 429])
    for (const each of services) await each.close()
  })

  it('keeps the audit log as a stream, without a secret', async () => {
    await askForPassword()
    await until(async () => (await redis.ask('XLEN', '{hubtwin}:audit')) === ':2')
    const log = await redis.ask('XRANGE', '{hubtwin}:audit', '-', '+')
    expect(log).toContain('"event":"enroll","address":"127.0.0.1","outcome":"ok"')
    expect(log).toContain('"event":"token"')
    expect(log).not.toContain(token)
  })
})
