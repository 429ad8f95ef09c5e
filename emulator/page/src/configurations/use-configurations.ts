import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { reasonOf } from '../common/reason.ts'
import { useFeed } from '../common/use-feed.ts'
import { type ConfigurationDocument, listConfigurations } from '../hub/hub-api.ts'

export type ConfigurationsState =
  | { readonly type: 'reading' }
  | { readonly type: 'known'; readonly configurations: readonly ConfigurationDocument[] }
  | { readonly type: 'failed'; readonly reason: string }

/**
 * For each count, the hub reads all twins. So the page waits this long to combine changes of twins.
 */
const GATHER_IN_MS = 1000

/** Reads the configurations again after events that may change them or their metrics. */
export function useConfigurations(): readonly [ConfigurationsState, () => void] {
  const feed = useFeed()
  const [state, setState] = useState<ConfigurationsState>({ type: 'reading' })
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)

  const read = useCallback(() => {
    clearTimeout(timer.current)
    timer.current = undefined
    listConfigurations().then(
      (configurations) => setState({ type: 'known', configurations }),
      (error: unknown) => setState({ type: 'failed', reason: reasonOf(error) }),
    )
  }, [])

  useEffect(() => {
    read()
    const stop = feed.onEvent(({ type }) => {
      if (type === 'configuration-changed' || type === 'missed') read()
      if (type === 'twin-changed' || type === 'identity-deleted') timer.current ??= setTimeout(read, GATHER_IN_MS)
    })
    return () => {
      stop()
      clearTimeout(timer.current)
    }
  }, [feed, read])

  return [state, read]
}
