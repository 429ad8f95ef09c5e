/** What a tab is for the others of its origin that have opened the same twin. */
export type TabRole =
  /** It has just been opened or shown again, and does not know yet. */
  | { readonly type: 'joining' }
  /** It holds the connection. */
  | { readonly type: 'leader' }
  /** Another tab holds the connection. */
  | { readonly type: 'follower' }
  /** It holds a connection of its own and knows of no other tab, because the runtime lacks what that takes. */
  | { readonly type: 'alone'; readonly reason: string }
  | { readonly type: 'closed' }
