import type { Channel, Tabs } from './tabs.ts'

/**
 * The place of a tab among the others: the channel, and the request for the lock or the lock
 * itself.
 */
export interface Candidacy {
  post(message: unknown): void
  /**
   * Closes the channel, and gives up the lock when the promise settles; without a promise, at once.
   */
  leave(after: Promise<void> | undefined): void
}

export interface CandidacyOptions {
  readonly tabs: Tabs
  readonly name: string
  readonly onMessage: (message: unknown) => void
  readonly onLocked: () => void
  /** Not called after `leave`. */
  readonly onFailed: (error: unknown) => void
}

/** @throws when the browser denies channels */
export function createCandidacy({ tabs, name, onMessage, onLocked, onFailed }: CandidacyOptions): Candidacy {
  const request = new AbortController()
  const { signal } = request
  // The number is the version of the messages. Tabs with another version see a leader that does not
  // respond.
  const channel: Channel = tabs.openChannel(`${name}/2`, onMessage)
  let release = (): void => {}

  async function requestLock(): Promise<void> {
    try {
      await tabs.lock(name, signal, async () => {
        if (signal.aborted) return
        await new Promise<void>((resolve) => {
          release = resolve
          onLocked()
        })
      })
    } catch (error) {
      if (!signal.aborted) onFailed(error)
    }
  }

  void requestLock()
  return {
    post: channel.post,
    leave(after) {
      request.abort()
      channel.close()
      if (after === undefined) release()
      else void after.then(release)
    },
  }
}
