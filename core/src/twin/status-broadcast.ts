import type { TwinStatus } from '../protocol/machine-states.ts'
import { iterate } from './iterate.ts'
import { callListener, checkListener, createListeners } from './listeners.ts'

/** The status of a twin, and who follows it. */
export interface StatusBroadcast {
  readonly status: TwinStatus
  /** What follows, without the status now. */
  onNext(listener: (status: TwinStatus) => void): () => void
  /** What is, soon, and then what follows. */
  listen(listener: (status: TwinStatus) => void): () => void
  iterate(signal: AbortSignal | undefined): AsyncIterableIterator<TwinStatus>
  /** After `closed` there is no other. */
  tell(status: TwinStatus): void
}

export function createStatusBroadcast(first: TwinStatus): StatusBroadcast {
  const changes = createListeners<TwinStatus>()
  let status = first

  return {
    get status() {
      return status
    },
    onNext: changes.add,
    listen(listener) {
      checkListener(listener)
      let told: TwinStatus | undefined
      const receive = (next: TwinStatus): void => {
        told = next
        callListener(listener, next)
      }
      const off = changes.add(receive)
      let on = true
      queueMicrotask(() => {
        if (on && told === undefined) receive(status)
      })
      return () => {
        on = false
        off()
      }
    },
    iterate(signal) {
      let taken: TwinStatus | undefined
      return iterate(
        {
          take() {
            if (taken === status) return undefined
            taken = status
            return status
          },
          ended: () => status.type === 'closed',
          onChange: (wake) => changes.add(wake),
        },
        signal,
      )
    },
    tell(next) {
      status = Object.freeze(next)
      changes.call(status)
      if (status.type === 'closed') changes.clear()
    },
  }
}
