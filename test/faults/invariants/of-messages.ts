import type { Device } from '../device.ts'
import type { Play } from '../play.ts'

/**
 * PUBACK follows the app's acceptance, and no message comes after its PUBACK. The app gets a single
 * message at a time.
 */
export function faultsOfMessages({ handled = [] }: Pick<Device, 'handled'>, { log }: Pick<Play, 'log'>): string[] {
  const completedAt = new Map(log.completed.map(({ n, atInMs }) => [n, atInMs]))
  const acceptedAt = new Map<number, number>()
  for (const { type, n, atInMs } of handled) {
    if (type === 'accepted' && !acceptedAt.has(n)) acceptedAt.set(n, atInMs)
  }
  const early = log.completed.filter(({ n, atInMs }) => (acceptedAt.get(n) ?? Infinity) > atInMs)
  const late = handled.filter(({ type, n, atInMs }) => type === 'taken' && atInMs > (completedAt.get(n) ?? Infinity))
  return [
    ...early.map(({ n }) => `message ${n} to the device was acknowledged before the app accepted it`),
    ...late.map(({ n }) => `message ${n} to the device came after its acknowledgment`),
  ]
}
