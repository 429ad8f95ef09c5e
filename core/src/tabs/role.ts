/**
 * The role of a tab among the tabs of its origin that have opened the same twin.
 * @example
 * ```ts
 * import { openSharedTwin, type SharedTwin, type TabRole } from 'hubtwin/shared-twin'
 *
 * const textOf = (role: TabRole): string => (role.type === 'alone' ? role.reason : role.type)
 *
 * declare const connectionString: string
 * const twin: SharedTwin = openSharedTwin(connectionString)
 * twin.onRole((role) => (document.title = textOf(role)))
 * ```
 */
export type TabRole =
  /** The tab has just been opened or shown again, and does not know its role yet. */
  | { readonly type: 'joining' }
  /** This tab holds the connection. */
  | { readonly type: 'leader' }
  /** Another tab holds the connection. */
  | { readonly type: 'follower' }
  /** The tab has its own connection, because the runtime lacks the APIs to find other tabs. */
  | { readonly type: 'alone'; readonly reason: string }
  | { readonly type: 'closed' }
