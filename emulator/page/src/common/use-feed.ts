import { createContext } from 'preact'
import { useContext, useEffect, useReducer } from 'preact/hooks'
import type { Feed } from '../hub/feed.ts'

export const FeedContext = createContext<Feed | undefined>(undefined)

/** The feed that the page shares. */
export function useFeed(): Feed {
  const feed = useContext(FeedContext)
  if (feed === undefined) throw new Error('No FeedContext around this component')
  return feed
}

/** Renders again with each change of the feed, at most once a frame. */
export function useLiveFeed(): Feed {
  const feed = useFeed()
  const [, render] = useReducer((count: number) => count + 1, 0)
  useEffect(() => feed.onChange(() => render(undefined)), [feed])
  return feed
}
