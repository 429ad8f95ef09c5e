import { RateLimiterRedis } from 'rate-limiter-flexible'
import type { Store } from '../../tokens/base/store.ts'
import { type AuditEvent, auditLine } from '../../tokens/http/audit.ts'
import type { CounterFactory } from '../../tokens/http/rate-limits.ts'
import { guardCommands, type OnCommand, unavailable } from './guarded.ts'
import { isMisconfigured } from './misconfigured.ts'
import { openRedisClient } from './redis-client.ts'
import { redisKeys } from './redis-keys.ts'
import { redisRecords } from './redis-records.ts'
import { parseStoreUrl } from './store-url.ts'

/** The stream keeps about this many events, some 24 MB (bench/token-service.md). */
const MAX_AUDIT_EVENTS = 100_000

export interface RedisStoreOptions {
  /** Overrides the password of the address. */
  readonly password?: string | undefined
  /** Called after each command. */
  readonly onCommand?: OnCommand | undefined
}

/** A store in Redis or Valkey, which several machines share. */
export interface RedisStore extends Store {
  /** The address, without a password. */
  readonly address: string
  /** Counts requests across all instances. */
  readonly createCounter: CounterFactory
  /**
   * Adds an event to the stream of events. Does not wait, and drops the event if the store is
   * unavailable.
   */
  readonly audit: (event: AuditEvent) => void
  /**
   * Writes a value, as a request does.
   *
   * @throws Problem ERR_UNAVAILABLE with the reason, such as `WRONGPASS`, `OOM`, or `evicts keys`
   */
  check(): Promise<void>
  /**
   * Waits until `check` succeeds.
   *
   * @throws Problem ERR_UNAVAILABLE after the deadline, or at once for a mistake in the
   *   configuration
   */
  connect(deadlineInMs: number): Promise<void>
  /** Reports settings that the operator should change. */
  doubts(): Promise<readonly string[]>
  close(): void
}

/** A pause between two attempts to connect. */
const PAUSE_IN_MS = 50

/**
 * Opens a store in Redis 6.2 or later, or in Valkey. Returns at once, and connects in the
 * background: until then, and whenever the store does not respond, each method rejects with the
 * Problem ERR_UNAVAILABLE.
 *
 * @param url such as `rediss://user:password@host:6380/0`; see `parseStoreUrl` for Sentinels and
 *   clusters
 * @throws SyntaxError if the address is malformed; its message holds no password
 * @example
 * ```ts
 * import { openRedisStore } from 'hubtwin-service'
 *
 * const store = openRedisStore('redis://localhost:6379')
 * await store.check()
 * store.close()
 * ```
 */
export function openRedisStore(url: string, options: RedisStoreOptions = {}): RedisStore {
  const address = parseStoreUrl(url, options.password)
  const client = openRedisClient(address)
  const guarded = guardCommands(client, options.onCommand ?? (() => undefined))
  const keys = redisKeys(address.prefix)
  const info = async (section: string): Promise<string> => guarded(() => client.info(section))

  async function check(): Promise<void> {
    // A full server or a replica still responds to a PING.
    await guarded(() => client.set(keys.probe, '1', 'EX', 60))
    // An evicted revocation would let a device in again.
    if (/^maxmemory_policy:allkeys/m.test(await info('memory'))) throw unavailable('evicts keys')
  }

  return {
    ...redisRecords(client, guarded, keys),
    address: address.text,
    createCounter({ name, points, durationInSeconds }) {
      const counter = new RateLimiterRedis({
        storeClient: client,
        keyPrefix: keys.limit(name),
        points,
        duration: durationInSeconds,
      })
      return {
        consume: (key) => guarded(() => counter.consume(key)),
        reward: (key) => guarded(() => counter.reward(key)),
      }
    },
    audit(event) {
      const fields = ['event', auditLine(event)] as const
      guarded(() => client.xadd(keys.audit, 'MAXLEN', '~', MAX_AUDIT_EVENTS, '*', ...fields)).catch(() => undefined)
    },
    check,
    async connect(deadlineInMs) {
      const end = performance.now() + deadlineInMs
      for (;;) {
        try {
          return await check()
        } catch (error) {
          if (isMisconfigured(error) || performance.now() > end) throw error
          await new Promise((resolve) => setTimeout(resolve, PAUSE_IN_MS))
        }
      }
    },
    async doubts() {
      const [memory, persistence] = [await info('memory'), await info('persistence')]
      return [
        ...(/^maxmemory_policy:volatile/m.test(memory)
          ? ['The store may drop one-time codes and counters early; set maxmemory-policy to noeviction']
          : []),
        ...(/^aof_enabled:0/m.test(persistence)
          ? ['The store has no append-only file; after a restart without it, devices may have to enroll again']
          : []),
      ]
    },
    close: () => client.disconnect(),
  }
}
