import { type Candidacy, createCandidacy } from './candidacy.ts'
import type { Leader } from './leader.ts'
import type { Leaving } from './leader-options.ts'
import type { NoTabs, Tabs } from './tabs.ts'

/**
 * The resources of a shared twin in a tab: the channel, the lock, and the connection of a leader.
 */
export interface Presence {
  /** @returns the leader in this tab, if this tab leads */
  leader(): Leader | undefined
  /** Resolves when the last connection has ended. */
  gone(): Promise<void>
  enter(): void
  lead(): Leader
  post(message: unknown): void
  leave(how: Leaving): void
}

export interface PresenceOptions {
  readonly tabs: Tabs | NoTabs
  readonly name: string
  readonly createLeader: () => Leader
  readonly onMessage: (message: unknown) => void
  readonly onLocked: () => void
  readonly onFailed: (reason: string) => void
}

export function createPresence(options: PresenceOptions): Presence {
  const { tabs, onFailed } = options
  let candidacy: Candidacy | undefined
  let leader: Leader | undefined
  let gone: Promise<void> = Promise.resolve()

  return {
    leader: () => leader,
    gone: () => gone,
    enter() {
      if ('missing' in tabs) return onFailed(tabs.missing)
      try {
        candidacy = createCandidacy({ ...options, tabs, onFailed: (error) => onFailed(String(error)) })
      } catch (error) {
        onFailed(String(error))
      }
    },
    lead() {
      leader = options.createLeader()
      return leader
    },
    post(message) {
      candidacy?.post(message)
    },
    leave(how) {
      const closing = leader?.leave(how)
      leader = undefined
      gone = gone.then(() => closing)
      // Two connections never overlap, except when a page has no time left to wait for the end of
      // its own.
      candidacy?.leave(how === 'close' ? gone : undefined)
      candidacy = undefined
    },
  }
}
