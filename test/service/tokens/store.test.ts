import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { redisObstacle } from '../../../tools/redis.ts'
import { folderStore } from '../../../service/src/runtime/folder/folder-store.ts'
import { openRedisStore, type RedisStore } from '../../../service/src/runtime/redis/redis-store.ts'
import { openEnrollment, type Store } from '../../../service/src/tokens/index.ts'
import { type RedisProcess, startRedis } from './redis/redis-process.ts'

/** Opens another view of the same state, as another process would. */
type OpenAnother = () => Store

let redis: RedisProcess
let folder: string
const opened: RedisStore[] = []
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hubtwin-store-'))
  if (redisObstacle() === undefined) redis = await startRedis()
})
afterAll(async () => {
  for (const store of opened) store.close()
  await redis?.close()
  await rm(folder, { recursive: true })
})

let count = 0
const kinds: readonly [name: string, obstacle: string | undefined, fresh: () => Promise<OpenAnother>][] = [
  [
    'a folder',
    undefined,
    async () => {
      const path = join(folder, String((count += 1)))
      return () => folderStore(path)
    },
  ],
  [
    'Redis',
    redisObstacle(),
    async () => {
      const url = `${redis.url}?prefix=t${(count += 1)}`
      const open = (): RedisStore => {
        const store = openRedisStore(url)
        opened.push(store)
        return store
      }
      // The tests open views without waiting, so make sure that each is connected.
      const ready = Array.from({ length: 5 }, open)
      await Promise.all(ready.map((store) => store.connect(10_000)))
      let next = 0
      return () => ready[(next += 1) % ready.length] as RedisStore
    },
  ],
]

describe.each(kinds)('%s as the store', (_, obstacle, fresh) => {
  let open: OpenAnother
  beforeEach(async (context) => {
    if (obstacle !== undefined) context.skip(obstacle)
    open = await fresh()
  })

  const twenty = async <T>(work: (store: Store, index: number) => Promise<T>): Promise<readonly T[]> => {
    const stores = Array.from({ length: 20 }, () => open())
    return Promise.all(stores.map(work))
  }
  const code = { deviceId: 'kiosk-7', createdAt: 1000, expiresAt: Date.now() + 60_000 }

  it('has no signing keys at first, and a single process of twenty creates them', async () => {
    expect(await open().signingKeys.read()).toBeUndefined()
    const created = await twenty(async ({ signingKeys }, index) => signingKeys.replace(undefined, `keys ${index}`))
    expect(created.filter(Boolean)).toHaveLength(1)
    expect(await open().signingKeys.read()).toBe(`keys ${created.indexOf(true)}`)
  })

  it('replaces the signing keys for a single process of twenty that read the same text', async () => {
    await open().signingKeys.replace(undefined, 'before')
    const replaced = await twenty(async ({ signingKeys }, index) => signingKeys.replace('before', `after ${index}`))
    expect(replaced.filter(Boolean)).toHaveLength(1)
    expect(await open().signingKeys.read()).toBe(`after ${replaced.indexOf(true)}`)
  })

  it('keeps every key of five rotations at the same time', async () => {
    await openEnrollment(open()).keys.all()
    await Promise.all(Array.from({ length: 5 }, () => openEnrollment(open()).keys.rotate()))
    expect(await openEnrollment(open()).keys.all()).toHaveLength(6)
  })

  it('gives a code to a single process of twenty', async () => {
    await open().codes.put('ab12', code)
    const taken = await twenty(async ({ codes }) => codes.take('ab12'))
    expect(taken.filter((record) => record !== undefined)).toEqual([code])
  })

  it('has no code that was never put', async () => {
    expect(await open().codes.take('ff00')).toBeUndefined()
  })

  it('has no revocation at first, and keeps the latest time of each name', async () => {
    const names = ['kiosk-7', 'kiosk-8']
    expect(await open().revocations.revokedUntil(names)).toEqual([undefined, undefined])
    for (const time of [2_000, 3_000, 1_000]) await open().revocations.revoke('kiosk-7', time)
    expect(await open().revocations.revokedUntil(names)).toEqual([3_000, undefined])
    expect(await open().revocations.revokedUntil([])).toEqual([])
    expect(await open().revocations.count()).toBe(1)
  })

  it('shows a revocation to every process at once', async () => {
    const first = open()
    await first.revocations.revokedUntil(['kiosk-7'])
    const second = open()
    await second.revocations.revoke('kiosk-7', 5_000)
    expect(await first.revocations.revokedUntil(['kiosk-7'])).toEqual([5_000])
  })

  it('remembers the names of devices, whatever they contain', async () => {
    const names = ['kiosk-7', 'alice\n"bob"', 'é#$:{}']
    await open().enrollments.remember(names.slice(0, 2), 1_000)
    await open().enrollments.remember(names, 2_000)
    for (const name of names) expect(await open().enrollments.knows(name)).toBe(true)
    expect(await open().enrollments.knows('kiosk')).toBe(false)
    expect(await open().enrollments.count()).toBe(3)
  })

  it('knows a session by its ID until it expires', async () => {
    const ids = [crypto.randomUUID(), crypto.randomUUID()] as const
    const session = { id: ids[0], deviceId: 'kiosk-7', enrolledAt: 0, expiresAt: Date.now() + 60_000 }
    await open().enrollments.saveSession(session)
    await open().enrollments.saveSession({ ...session, id: ids[1], expiresAt: Date.now() - 1 })
    expect(await open().enrollments.knows(ids[0])).toBe(true)
    expect(await open().enrollments.knows(ids[1])).toBe(false)
    expect(await open().enrollments.knows('../signing-keys')).toBe(false)
  })
})
