import { RateLimiterRes } from 'rate-limiter-flexible'
import { Problem } from '../../tokens/base/problem.ts'
import type { RedisClient } from './redis-client.ts'

/** The outcome of a command, for measurements. */
export type OnCommand = (seconds: number, isOk: boolean) => void

/**
 * Runs a command. A command that fails, or does not end in time, becomes the refusal of its
 * request: the Problem ERR_UNAVAILABLE.
 */
export type Guarded = <T>(command: () => Promise<T>) => Promise<T>

/** If all devices of a fleet got the same delay, they would return in the same second. */
const RETRY_AFTER_IN_SECONDS = { least: 3, spread: 8 } as const

export function guardCommands(client: RedisClient, onCommand: OnCommand): Guarded {
  let connectedAt = 0
  /**
   * The last reason that the connection or a command failed: a command without a connection has
   * none.
   */
  let reason: string | undefined
  client.on('ready', () => {
    connectedAt = performance.now()
    reason = undefined
  })
  // Without a listener, ioredis writes errors to the console. Each error also fails a command.
  client.on('error', (error: unknown) => {
    reason = reasonOf(error)
  })

  async function guarded<T>(command: () => Promise<T>): Promise<T> {
    const start = performance.now()
    const seconds = (): number => (performance.now() - start) / 1000
    try {
      const result = await command()
      reason = undefined
      onCommand(seconds(), true)
      return result
    } catch (error) {
      onCommand(seconds(), error instanceof RateLimiterRes)
      if (error instanceof RateLimiterRes) throw error
      // A connection that stopped answering holds every later command. Only a timeout of a command
      // on this connection proves that.
      const isSilent = error instanceof Error && error.message === 'Command timed out'
      if (isSilent && start >= connectedAt && client.status === 'ready') client.disconnect(true)
      const isOffline = error instanceof Error && /enableOfflineQueue/.test(error.message)
      if (!isOffline || reason === undefined) reason = isOffline ? 'not connected' : reasonOf(error)
      throw unavailable(reason)
    }
  }

  return guarded
}

export function unavailable(reason: string): Problem {
  const retryAfterInSeconds = RETRY_AFTER_IN_SECONDS.least + Math.floor(Math.random() * RETRY_AFTER_IN_SECONDS.spread)
  return new Problem('ERR_UNAVAILABLE', 'The store of the service does not respond', { reason, retryAfterInSeconds })
}

/**
 * Returns a word for the failure, because the whole message may contain anything.
 *
 * An error of the server starts with its code, such as `OOM` or `READONLY`; a system error has a
 * code, such as `ECONNREFUSED`.
 */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  const { code, lastNodeError } = error as { code?: unknown; lastNodeError?: unknown }
  if (lastNodeError !== undefined) return reasonOf(lastNodeError)
  if (typeof code === 'string') return code
  if (error.message === 'Command timed out') return 'timeout'
  return /^[A-Z]{2,}\b/.exec(error.message)?.[0] ?? 'connection lost'
}
