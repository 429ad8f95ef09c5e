import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { useFeed } from '../common/use-feed.ts'
import { type Choice, createDeviceView } from './device-view.ts'

const INTERVAL_IN_MS = 400

/** The IDs to show. A new choice applies immediately; events of the hub, a few times a second. */
export function useDeviceView(choice: Choice): readonly string[] {
  const feed = useFeed()
  const view = useMemo(() => createDeviceView(feed.model), [feed])
  const [turn, setTurn] = useState(0)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => {
    const stop = feed.onChange(() => {
      timer.current ??= setTimeout(() => {
        timer.current = undefined
        setTurn((before) => before + 1)
      }, INTERVAL_IN_MS)
    })
    return () => {
      stop()
      clearTimeout(timer.current)
    }
  }, [feed])
  const isFirst = feed.model.membership === 0
  return useMemo(() => view(choice), [view, choice, turn, isFirst])
}
