import PQueue from 'p-queue'
import { ServiceError } from '../hub/service-error.ts'

/** Limits the requests per second, and pauses when the hub reports too many. */
export interface ThrottledQueue {
  /**
   * Retries the request while the hub is throttled, busy, or unreachable, until it succeeds or the
   * signal aborts.
   *
   * @param requiresHub rejects at once if the hub is unreachable
   */
  run<T>(request: () => Promise<T>, requiresHub?: boolean): Promise<T>
}

export interface ThrottledQueueOptions {
  readonly perSecond: number
  readonly signal: AbortSignal
  /** Called for each pause. */
  readonly onPause: (pause: { readonly inMs: number; readonly error: ServiceError }) => void
  /** The first pause. It doubles up to thirty times this value. @default 1000 */
  readonly pauseInMs?: number | undefined
}

const TEMPORARY: ReadonlySet<string> = new Set(['ERR_THROTTLED', 'ERR_HUB', 'ERR_TIMEOUT', 'ERR_UNREACHABLE'])

export function throttledQueue(options: ThrottledQueueOptions): ThrottledQueue {
  const { perSecond, signal, onPause, pauseInMs = 1000 } = options
  // A rate below 1 per second needs an interval of more than a second.
  const interval = Math.max(1000, 1000 / perSecond)
  const queue = new PQueue({ concurrency: 16, interval, intervalCap: Math.max(1, Math.floor(perSecond)) })
  let pausesInARow = 0

  function pause(error: ServiceError): void {
    // Requests that fail together cause a single pause.
    if (queue.isPaused) return
    const inMs = Math.max(error.retryAfterInMs ?? 0, Math.min(2 ** pausesInARow, 30) * pauseInMs)
    pausesInARow += 1
    queue.pause()
    onPause({ inMs, error })
    const timer = setTimeout(resume, inMs)
    function resume(): void {
      clearTimeout(timer)
      signal.removeEventListener('abort', resume)
      queue.start()
    }
    signal.addEventListener('abort', resume, { once: true })
  }

  return {
    async run(request, requiresHub = false) {
      for (;;) {
        try {
          const answer = await queue.add(request, { signal })
          pausesInARow = 0
          return answer
        } catch (error) {
          if (signal.aborted || !(error instanceof ServiceError) || !TEMPORARY.has(error.code)) throw error
          if (requiresHub && error.code === 'ERR_UNREACHABLE') throw error
          pause(error)
        }
      }
    },
  }
}
