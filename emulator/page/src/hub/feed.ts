import { type HubError, listDevices } from './hub-api.ts'
import { createModel, type Model } from './model.ts'
import type { StreamEvent } from './stream-event.ts'

/** The state of the connection to the hub. */
export type FeedState =
  | { readonly type: 'connecting' }
  | { readonly type: 'live' }
  | { readonly type: 'lost'; readonly reason: string }

/** Keeps a model in sync with the hub while the page is visible. */
export interface Feed {
  readonly model: Model
  readonly state: FeedState
  clearLines(): void
  /** @returns removes the listener */
  onChange(listener: () => void): () => void
  /** Calls the listener with each event immediately. @returns removes the listener */
  onEvent(listener: (event: StreamEvent) => void): () => void
}

const RETRY_IN_MS = 2000
/** How many past events the page starts with. */
const RECENT = 200

export function createFeed(): Feed {
  const { model, expectList, replace, add, clear } = createModel()
  const { listeners, notifyChange } = createFrameNotifier()
  const eventListeners = new Set<(event: StreamEvent) => void>()
  let state: FeedState = { type: 'connecting' }
  let source: EventSource | undefined
  let lastEventId: string | undefined
  let isListing = false
  let isStale = false

  function setState(next: FeedState): void {
    state = next
    notifyChange()
  }

  /**
   * Reads the list after the stream is open, so that no event is lost: the list names its newest
   * event.
   */
  async function list(): Promise<void> {
    if (isListing) {
      isStale = true
      return
    }
    isListing = true
    isStale = false
    expectList()
    try {
      replace(await listDevices())
      setState({ type: 'live' })
    } catch (error) {
      setState({ type: 'lost', reason: (error as HubError).message })
      setTimeout(() => void list(), RETRY_IN_MS)
    } finally {
      isListing = false
      if (isStale) void list()
    }
  }

  function open(): void {
    const query = lastEventId === undefined ? `recent=${RECENT}` : `after=${lastEventId}`
    source = new EventSource(`/hub/events?${query}`)
    source.addEventListener('open', () => void list())
    source.addEventListener('message', ({ data, lastEventId: id }: MessageEvent<string>) => {
      lastEventId = id
      const event = JSON.parse(data) as StreamEvent
      add(event, data)
      for (const listener of eventListeners) listener(event)
      if (event.type === 'missed') void list()
      notifyChange()
    })
    source.addEventListener('error', () => {
      setState({ type: 'lost', reason: 'The hub does not respond. Is it running?' })
      // A browser does not reconnect after an HTTP error, such as the error of a proxy.
      if (source?.readyState === EventSource.CLOSED) setTimeout(open, RETRY_IN_MS)
    })
  }

  // Without HTTP/2 a browser opens six connections to a hub, and hidden pages would use them up.
  document.addEventListener('visibilitychange', () => {
    source?.close()
    if (!document.hidden) open()
  })
  if (!document.hidden) open()

  return {
    model,
    get state() {
      return state
    },
    clearLines() {
      clear()
      notifyChange()
    },
    onChange: (listener) => subscribe(listeners, listener),
    onEvent: (listener) => subscribe(eventListeners, listener),
  }
}

/** Notifies listeners of changes, at most once a frame. */
function createFrameNotifier(): { listeners: Set<() => void>; notifyChange(): void } {
  const listeners = new Set<() => void>()
  let isScheduled = false
  return {
    listeners,
    notifyChange() {
      if (isScheduled) return
      isScheduled = true
      requestAnimationFrame(() => {
        isScheduled = false
        for (const listener of listeners) listener()
      })
    },
  }
}

function subscribe<Listener>(listeners: Set<Listener>, listener: Listener): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}
