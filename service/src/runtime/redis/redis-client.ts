import { Cluster, Redis, type RedisOptions } from 'ioredis'
import type { StoreAddress } from './store-url.ts'

/** A connection to a server, or to a cluster. */
export type RedisClient = Redis | Cluster

/**
 * No command may hold a request for longer. A store in the same region responds in milliseconds.
 */
export const COMMAND_TIMEOUT_IN_MS = 1_000
/** A name in DNS may lead to a host that drops packets. */
const CONNECT_TIMEOUT_IN_MS = 3_000
/** A paused server never closes its side of a connection. */
const DISCONNECT_TIMEOUT_IN_MS = 250

/**
 * Opens the connection, and reconnects after each loss.
 *
 * - Without a connection, commands fail at once: if commands queued, requests would wait.
 * - A command whose response was lost is not sent again: it may have redeemed a code.
 */
export function openRedisClient({ hosts, isTls, topology, database, ...address }: StoreAddress): RedisClient {
  const options = {
    ...(address.username !== undefined && { username: address.username }),
    ...(address.password !== undefined && { password: address.password }),
    ...(isTls && { tls: {} }),
    connectionName: 'hubtwin-token-service',
    commandTimeout: COMMAND_TIMEOUT_IN_MS,
    connectTimeout: CONNECT_TIMEOUT_IN_MS,
    disconnectTimeout: DISCONNECT_TIMEOUT_IN_MS,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    enableOfflineQueue: false,
    // After a failover, the old master is a replica that rejects writes: find the new master.
    reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
    lazyConnect: false,
  } satisfies RedisOptions
  switch (topology.type) {
    case 'single':
      return new Redis({ ...options, ...hosts[0], db: database, retryStrategy: backOff })
    case 'sentinel':
      return new Redis({
        ...options,
        sentinels: [...hosts],
        name: topology.master,
        db: database,
        retryStrategy: backOff,
        sentinelRetryStrategy: backOff,
        sentinelCommandTimeout: COMMAND_TIMEOUT_IN_MS,
        ...(isTls && { enableTLSForSentinelMode: true, sentinelTLS: {} }),
      })
    case 'cluster': {
      const { enableOfflineQueue, lazyConnect, ...redisOptions } = options
      return new Cluster([...hosts], {
        redisOptions,
        enableOfflineQueue,
        lazyConnect,
        // Behind TLS, a node is known by its name: its certificate holds no address.
        ...(isTls && { dnsLookup: (host, callback) => callback(null, host) }),
        clusterRetryStrategy: backOff,
        // Each redirection may cause a delay, so a request has time for only a few.
        maxRedirections: 3,
        slotsRefreshTimeout: COMMAND_TIMEOUT_IN_MS,
      })
    }
  }
}

/** Waits up to a second, so that the service recovers soon after its store. */
function backOff(attempt: number): number {
  return Math.min(50 * 2 ** Math.min(attempt, 5), 1_000) * (0.5 + Math.random() / 2)
}
