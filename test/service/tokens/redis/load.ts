import { openRedisStore } from '../../../../service/src/runtime/redis/redis-store.ts'
import { openEnrollment, storedRevocations } from '../../../../service/src/tokens/index.ts'
import type { Instances } from './instances.ts'
import { type Outcome, post } from './post.ts'

export interface Load {
  readonly workers: number
  readonly requestsPerWorker: number
  readonly codes: number
  /** Runs when a third of the requests is sent. */
  readonly disturb: () => Promise<void>
}

export interface Result {
  /** How often each status came, `lost` included. */
  readonly statuses: Readonly<Record<string, number>>
  /** Codes that enrolled more than once. */
  readonly redeemedTwice: number
  /** Requests of a revoked device that were sent after its revocation, and got a password. */
  readonly servedAfterRevocation: number
  /** Requests of devices that are not revoked, by status. */
  readonly honest: Readonly<Record<string, number>>
}

/**
 * Sends requests of two devices, and tries each code twice at the same time. Revokes a device when
 * two thirds of the requests are sent, and rotates the signing keys at half of them.
 */
export async function runLoad({ redis, balancer }: Instances, load: Load): Promise<Result> {
  const store = openRedisStore(redis.url)
  await store.connect(10_000)
  const enrollment = openEnrollment(store)
  const [honest, thief] = [(await enrollment.issue('kiosk-1')).token, (await enrollment.issue('kiosk-2')).token]
  const codes = await Promise.all(Array.from({ length: load.codes }, () => enrollment.codes.make('kiosk-3', 600)))
  const total = load.workers * load.requestsPerWorker
  const counts: { all: Record<string, number>; honest: Record<string, number> } = { all: {}, honest: {} }
  let [sent, servedAfterRevocation, isRevoked] = [0, 0, false]
  const count = (into: Record<string, number>, { status }: Outcome): void => {
    into[status] = (into[status] ?? 0) + 1
  }

  async function work(): Promise<void> {
    for (let index = 0; index < load.requestsPerWorker; index += 1) {
      sent += 1
      const wasRevoked = isRevoked
      const isThief = index % 2 === 1
      const outcome = await post(balancer.port, '/api/token', { token: isThief ? thief : honest })
      count(counts.all, outcome)
      if (!isThief) count(counts.honest, outcome)
      if (isThief && wasRevoked && outcome.status === 200) servedAfterRevocation += 1
    }
  }
  const untilShare = async (share: number): Promise<void> => {
    while (sent < total * share) await new Promise((resolve) => setTimeout(resolve, 5))
  }
  async function disturb(): Promise<void> {
    await untilShare(1 / 3)
    await load.disturb()
    await untilShare(1 / 2)
    await enrollment.keys.rotate()
  }
  async function revoke(): Promise<void> {
    await untilShare(2 / 3)
    await storedRevocations(store).revoke('kiosk-2')
    isRevoked = true
  }
  async function enroll(): Promise<number> {
    let redeemedTwice = 0
    for (const { code } of codes) {
      const tries = await Promise.all([1, 2].map(() => post(balancer.port, '/api/enroll', { code })))
      for (const outcome of tries) count(counts.all, outcome)
      if (tries.filter(({ status }) => status === 201).length > 1) redeemedTwice += 1
    }
    return redeemedTwice
  }

  const [redeemedTwice] = await Promise.all([
    enroll(),
    disturb(),
    revoke(),
    ...Array.from({ length: load.workers }, work),
  ])
  store.close()
  return { statuses: counts.all, redeemedTwice, servedAfterRevocation, honest: counts.honest }
}
