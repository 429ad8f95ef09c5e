import type { Tier } from '../rollout/pace.ts'

export interface RolloutFirmwareOptions {
  readonly where?: string
  readonly by?: 'hub' | 'terminal'
  readonly at?: Date
  /** The ID of a job that a previous command with `--at` has scheduled. */
  readonly job?: string
  readonly tier?: Tier
  readonly units: number
  readonly rate?: number
  readonly timeout: number
  readonly silence: number
  readonly retryFailed?: boolean
  /** Take the devices of a rollout that is still running. */
  readonly replace?: boolean
}

/** @throws RangeError that names the condition */
export function checkFound(count: number, where: string | undefined): void {
  if (count > 0) return
  throw new RangeError(where === undefined ? 'The hub has no device' : `No device matches --where ${where}`)
}
