import type { TwinError } from '../errors.ts'
import type { Connection } from '../session/connection.ts'
import type { Features } from '../session/features.ts'
import type { TabRole } from './role.ts'

/** The port from a shared twin to the features that share its connection. */
export interface SharedFeatures {
  /** For the session of this tab, while it leads. */
  readonly features: Features
  /** This tab is about to lead, over this connection. */
  handleConnection(connection: Connection): void
  /** At once after each change. `error` is that of a twin that has closed by itself. */
  handleRole(role: TabRole, error: TwinError | undefined): void
  /** Lets the features finish, and then closes the twin. */
  close(closeTwin: () => Promise<void>): Promise<void>
}
