import { beforeEach, describe, expect, it } from 'vitest'
import { redisObstacle } from '../../../../tools/redis.ts'
import { startInstances } from './instances.ts'
import { type Load, runLoad } from './load.ts'

/** Tests that several instances lose nothing while one of them ends. */
export function describeKills(count: number, load: Omit<Load, 'disturb'>): void {
  describe(`${count} instances behind a load balancer`, () => {
    beforeEach((context) => {
      const obstacle = redisObstacle()
      if (obstacle !== undefined) context.skip(obstacle)
    })

    it('lose no request when one of them is killed, except those on its sockets', async () => {
      const instances = await startInstances(count)
      const [first, ...others] = instances.all
      const result = await runLoad(instances, { ...load, disturb: async () => first?.stop('SIGKILL') })
      expect(result).toMatchObject({ redeemedTwice: 0, servedAfterRevocation: 0 })
      const { lost = 0, ...answered } = result.statuses
      expect(Object.keys(answered).sort()).toEqual(['200', '201', '403'])
      const { cuts, connections } = instances.balancer
      expect(lost).toBe(cuts.get(first?.port ?? 0))
      for (const { port } of others) expect([cuts.get(port), connections.get(port)]).toEqual([0, expect.any(Number)])
    })

    it('lose no request when one of them stops by SIGTERM', async () => {
      const instances = await startInstances(count)
      const [first] = instances.all
      const result = await runLoad(instances, { ...load, disturb: async () => first?.stop('SIGTERM') })
      expect(result).toMatchObject({ redeemedTwice: 0, servedAfterRevocation: 0 })
      expect(Object.keys(result.statuses).sort()).toEqual(['200', '201', '403'])
      expect(result.statuses['201']).toBe(load.codes)
      expect(result.honest).toEqual({ 200: (load.workers * load.requestsPerWorker) / 2 })
      expect(await first?.ended).toBe(0)
    })
  })
}
