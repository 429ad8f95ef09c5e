import type { TwinError } from '../errors.ts'
import type { HubLink } from '../twin/hub-link.ts'
import type { TwinUpdate } from '../twin/twin-update.ts'
import type { Notice, TabState } from './messages.ts'

/**
 * A tab that closes rejects its own calls. A tab that goes to sleep keeps them, and may never wake.
 */
export type Leaving = 'close' | 'sleep'

export interface LeaderOptions {
  readonly tab: string
  readonly term: string
  readonly openLink: (onUpdate: (update: TwinUpdate) => void) => Omit<HubLink, 'connection'>
  /** Sends a notice to all tabs, this tab included, or to the tab that it names. */
  readonly emit: (notice: Notice) => void
  /** @returns the state of this tab */
  readonly snapshot: () => TabState
  /** The link closed by itself. */
  readonly onClosed: (error: TwinError | undefined) => void
}
