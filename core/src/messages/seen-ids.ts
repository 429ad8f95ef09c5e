/** Far more than the hub has on the way. */
const MAX_SEEN = 1000

/** The last message IDs that the app has had. */
export interface SeenIds {
  /** @returns the app has had the ID before */
  add(messageId: string | undefined): boolean
}

export function createSeenIds(): SeenIds {
  const seen = new Set<string>()
  return {
    add(messageId) {
      if (messageId === undefined) return false
      // The newest is the last.
      const isSeen = seen.delete(messageId)
      seen.add(messageId)
      const [oldest] = seen
      if (seen.size > MAX_SEEN && oldest !== undefined) seen.delete(oldest)
      return isSeen
    },
  }
}
