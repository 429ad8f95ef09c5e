import { createContext } from 'preact'
import { useContext, useEffect, useReducer } from 'preact/hooks'
import type { Feed } from '../hub/feed.ts'

export const FeedContext = createContext<Feed | undefined>(undefined)

/** The hub as the page knows it. */
export function useFeed(): Feed {
  const feed = useContext(FeedContext)
  if (feed === undefined) throw new Error('There is no feed around this part of the page')
  return feed
}

/** The same, and draws anew with each change, once a frame at most. */
export function useLiveFeed(): Feed {
  const feed = useFeed()
  const [, draw] = useReducer((count: number) => count + 1, 0)
  useEffect(() => feed.onChange(() => draw(undefined)), [feed])
  return feed
}
