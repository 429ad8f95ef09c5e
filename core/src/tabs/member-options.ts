import type { Clock } from '../session/clock.ts'
import type { TwinUpdate } from '../twin/twin-update.ts'
import type { Request } from './messages.ts'

export interface MemberOptions {
  readonly tab: string
  readonly clock: Clock
  /** The deadline of the leader's response to a hello. */
  readonly leaderTimeoutInMs: number
  /** This tab is the leader, so it need not check that the leader answers. */
  readonly isLeading: () => boolean
  readonly send: (request: Request) => void
  readonly onUpdate: (update: TwinUpdate) => void
  /** There is a leader, and this tab is in sync with it. */
  readonly onFollowing: () => void
}
