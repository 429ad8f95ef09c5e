import type { TwinError } from '../errors.ts'
import type { TwinStatus } from '../protocol/machine-states.ts'
import type { Leaving } from './leader-options.ts'
import type { HandedOverReport } from './messages.ts'
import type { TabRole } from './role.ts'

/**
 * The state of a shared twin in a single tab. `handover` has reports that this tab sends if it
 * leads next.
 */
export type SharedState =
  /** Before it opens, and while the page sleeps. */
  | { readonly type: 'away'; readonly handover: readonly HandedOverReport[] }
  /** The channel is open, and the tab waits for the lock. */
  | { readonly type: 'candidate'; readonly isFollowing: boolean; readonly handover: readonly HandedOverReport[] }
  /** The tab has the lock and the connection. */
  | { readonly type: 'leader' }
  /** The tab has a connection, and cannot find other tabs. */
  | { readonly type: 'alone'; readonly reason: string }
  | { readonly type: 'closed' }

export type SharedInput =
  /** The app opens the twin, or nothing woke a sleeping page for a while. */
  | { readonly type: 'join' }
  | { readonly type: 'wake' }
  | { readonly type: 'sleep' }
  /** The tab has got the lock. */
  | { readonly type: 'locked' }
  /** There are no locks or channels here, or another script has stolen the lock. */
  | { readonly type: 'lockFailed'; readonly reason: string }
  /** The tab is in sync with a leader. */
  | { readonly type: 'following' }
  | { readonly type: 'handover'; readonly reports: readonly HandedOverReport[] }
  | { readonly type: 'close'; readonly error: TwinError | undefined }

export type SharedEffect =
  /** Opens the channel, requests the lock, and says hello. */
  | { readonly type: 'enter' }
  /** Ends all of that, and the leadership. */
  | { readonly type: 'leave'; readonly how: Leaving }
  /** Opens the connection, and sends these reports first. */
  | { readonly type: 'lead'; readonly reports: readonly HandedOverReport[] }
  | { readonly type: 'resumeReports'; readonly reports: readonly HandedOverReport[] }
  /** Wakes the connection, or puts it to sleep. */
  | { readonly type: 'forward'; readonly event: 'wake' | 'sleep' }
  | { readonly type: 'hello' }
  | { readonly type: 'showRole'; readonly role: TabRole }
  | { readonly type: 'showStatus'; readonly status: TwinStatus }
  /** Joins after a while, even when nothing wakes the page. */
  | { readonly type: 'joinLater'; readonly delayInMs: number }
  /** Ends all waits of this tab. */
  | { readonly type: 'end'; readonly error: TwinError | undefined }

export type SharedStep = readonly [SharedState, readonly SharedEffect[]]

export function roleOf(state: SharedState): TabRole {
  switch (state.type) {
    case 'away':
      return { type: 'joining' }
    case 'candidate':
      return { type: state.isFollowing ? 'follower' : 'joining' }
    default:
      return state
  }
}
