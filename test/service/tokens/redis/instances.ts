import { onTestFinished } from 'vitest'
import { type Balancer, startBalancer } from './balancer.ts'
import { type RedisProcess, startRedis } from './redis-process.ts'
import { type Instance, spawnInstance } from './spawn-instance.ts'

/** Several processes of the token service behind a load balancer, with their state in Redis. */
export interface Instances {
  readonly redis: RedisProcess
  readonly balancer: Balancer
  readonly all: readonly Instance[]
}

/** They end with the test. */
export async function startInstances(count: number): Promise<Instances> {
  const redis = await startRedis()
  onTestFinished(() => redis.close())
  const all = await Promise.all(Array.from({ length: count }, () => startInstance(redis.url)))
  const balancer = await startBalancer(all.map(({ port }) => port))
  onTestFinished(() => balancer.close())
  return { redis, balancer, all }
}

/** It ends with the test. */
export async function startInstance(store: string, args: readonly string[] = []): Promise<Instance> {
  const instance = await spawnInstance(store, ['--drain-seconds', '1', ...args])
  onTestFinished(() => instance.stop('SIGKILL'))
  return instance
}
