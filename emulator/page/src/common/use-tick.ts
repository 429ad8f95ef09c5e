import { useEffect, useReducer } from 'preact/hooks'

/** Draws anew from time to time: ages grow. */
export function useTick(intervalInMs: number): void {
  const [, draw] = useReducer((count: number) => count + 1, 0)
  useEffect(() => {
    const timer = setInterval(() => draw(undefined), intervalInMs)
    return () => clearInterval(timer)
  }, [intervalInMs])
}
