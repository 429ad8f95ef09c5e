import { useEffect, useReducer } from 'preact/hooks'

/** Renders again at an interval, because ages grow. */
export function useTick(intervalInMs: number): void {
  const [, render] = useReducer((count: number) => count + 1, 0)
  useEffect(() => {
    const timer = setInterval(() => render(undefined), intervalInMs)
    return () => clearInterval(timer)
  }, [intervalInMs])
}
