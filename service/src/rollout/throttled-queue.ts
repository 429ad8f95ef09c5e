import PQueue from 'p-queue'
import { ServiceError } from '../hub/service-error.ts'

/** Starts so many requests a second and no more, and stands still where the hub says that it was too many. */
export interface ThrottledQueue {
  /** Repeats the request where the hub is throttled, busy or out of reach, until it is answered or the signal aborts. */
  run<T>(request: () => Promise<T>): Promise<T>
}

export interface ThrottledQueueOptions {
  readonly perSecond: number
  readonly signal: AbortSignal
  /** Told of each pause. */
  readonly onPause: (pause: { readonly inMs: number; readonly error: ServiceError }) => void
  /** The first pause; doubles up to thirty times of it. @default 1000 */
  readonly pauseInMs?: number | undefined
}

const PASSING: ReadonlySet<string> = new Set(['ERR_THROTTLED', 'ERR_HUB', 'ERR_TIMEOUT', 'ERR_UNREACHABLE'])

export function throttledQueue(options: ThrottledQueueOptions): ThrottledQueue {
  const { perSecond, signal, onPause, pauseInMs = 1000 } = options
  // A rate of less than one a second is one in more than a second.
  const interval = Math.max(1000, 1000 / perSecond)
  const queue = new PQueue({ concurrency: 16, interval, intervalCap: Math.max(1, Math.floor(perSecond)) })
  let pausesInARow = 0

  function pause(error: ServiceError): void {
    // Those that were under way together are told together.
    if (queue.isPaused) return
    const inMs = Math.max(error.retryAfterInMs ?? 0, Math.min(2 ** pausesInARow, 30) * pauseInMs)
    pausesInARow += 1
    queue.pause()
    onPause({ inMs, error })
    const timer = setTimeout(go, inMs)
    function go(): void {
      clearTimeout(timer)
      signal.removeEventListener('abort', go)
      queue.start()
    }
    signal.addEventListener('abort', go, { once: true })
  }

  return {
    async run(request) {
      for (;;) {
        try {
          const answer = await queue.add(request, { signal })
          pausesInARow = 0
          return answer
        } catch (error) {
          if (signal.aborted || !(error instanceof ServiceError) || !PASSING.has(error.code)) throw error
          pause(error)
        }
      }
    },
  }
}
