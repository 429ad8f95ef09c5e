import { findProgram } from './find-program.ts'

/** Finds Redis, or Valkey with the same protocol. The variable REDIS_SERVER overrides it. */
export function findRedis(): string | undefined {
  const named = process.env['REDIS_SERVER']
  if (named !== undefined && named !== '') return named
  return findProgram(['redis-server', 'valkey-server'])
}

/** Returns the reason that tests cannot start a Redis here, if any. */
export function redisObstacle(): string | undefined {
  return findRedis() === undefined
    ? 'no redis-server here; install it, for example with: sudo apt-get install redis-server'
    : undefined
}
