import type {
  CodeRecord,
  CodeRecords,
  EnrollmentRecords,
  RevocationRecords,
  SigningKeyRecord,
  Store,
} from '../../tokens/base/store.ts'
import type { Guarded } from './guarded.ts'
import type { RedisClient } from './redis-client.ts'
import type { RedisKeys } from './redis-keys.ts'

/** Replaces a text if it is still the text that the caller read. */
const REPLACE_IF_SAME = `if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
return 1`

/** Keeps the latest time of a name: the clocks of two machines differ. */
const RAISE = `local old = redis.call('HGET', KEYS[1], ARGV[1])
if not old or tonumber(old) < tonumber(ARGV[2]) then redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) end
return 1`

/** The records of a token service in Redis. Each method is a single atomic command. */
export function redisRecords(client: RedisClient, guarded: Guarded, keys: RedisKeys): Store {
  return {
    signingKeys: signingKeysOf(client, guarded, keys),
    codes: codesOf(client, guarded, keys),
    revocations: revocationsOf(client, guarded, keys),
    enrollments: enrollmentsOf(client, guarded, keys),
  }
}

function signingKeysOf(client: RedisClient, guarded: Guarded, { signingKeys }: RedisKeys): SigningKeyRecord {
  return {
    read: async () => (await guarded(() => client.get(signingKeys))) ?? undefined,
    async replace(before, after) {
      if (before === undefined) return (await guarded(() => client.set(signingKeys, after, 'NX'))) === 'OK'
      return (await guarded(() => client.eval(REPLACE_IF_SAME, 1, signingKeys, before, after))) === 1
    },
  }
}

function codesOf(client: RedisClient, guarded: Guarded, keys: RedisKeys): CodeRecords {
  return {
    async put(hash, record) {
      await guarded(() => client.set(keys.code(hash), JSON.stringify(record), 'PXAT', Math.ceil(record.expiresAt)))
    },
    async take(hash) {
      // GETDEL gives the value to a single caller, across all instances.
      const text = await guarded(() => client.getdel(keys.code(hash)))
      return text === null ? undefined : (JSON.parse(text) as CodeRecord)
    },
  }
}

function revocationsOf(client: RedisClient, guarded: Guarded, { revocations }: RedisKeys): RevocationRecords {
  return {
    async revokedUntil(names) {
      if (names.length === 0) return []
      const times = await guarded(() => client.hmget(revocations, ...names))
      return times.map((time) => (time === null ? undefined : Number(time)))
    },
    async revoke(name, until) {
      await guarded(() => client.eval(RAISE, 1, revocations, name, String(until)))
    },
    count: () => guarded(() => client.hlen(revocations)),
  }
}

function enrollmentsOf(client: RedisClient, guarded: Guarded, keys: RedisKeys): EnrollmentRecords {
  return {
    async remember(names, at) {
      const time = new Date(at).toISOString()
      await Promise.all(names.map((name) => guarded(() => client.hsetnx(keys.devices, name, time))))
    },
    async saveSession(session) {
      const expiresAt = Math.ceil(session.expiresAt)
      await guarded(() => client.set(keys.session(session.id), JSON.stringify(session), 'PXAT', expiresAt))
    },
    async knows(name) {
      const isDevice = await guarded(() => client.hexists(keys.devices, name))
      return isDevice === 1 || (await guarded(() => client.exists(keys.session(name)))) === 1
    },
    count: () => guarded(() => client.hlen(keys.devices)),
  }
}
