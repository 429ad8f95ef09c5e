/** Prints progress while nothing changes, so that a command that waits does not look stuck. */
export interface Reminder {
  /** Call it after a change: the waits start again. */
  restart(): void
  stop(): void
}

const FIRST_IN_SECONDS = 10
const LATER_IN_SECONDS = 60

/**
 * @param silenceInSeconds the time after which silence needs an explanation
 * @param remind gets the seconds without a change: 10, the silence, and then once a minute
 */
export function createReminder(silenceInSeconds: number, remind: (seconds: number) => void): Reminder {
  let timer: NodeJS.Timeout | undefined

  function wait(elapsed: number): void {
    const next = nextReminder(elapsed, silenceInSeconds)
    timer = setTimeout(
      () => {
        remind(next)
        wait(next)
      },
      (next - elapsed) * 1000,
    )
  }

  return {
    restart() {
      clearTimeout(timer)
      wait(0)
    },
    stop: () => clearTimeout(timer),
  }
}

/** @returns the seconds without a change at the next reminder */
export function nextReminder(elapsed: number, silenceInSeconds: number): number {
  if (elapsed === 0) return Math.min(FIRST_IN_SECONDS, silenceInSeconds)
  return elapsed < silenceInSeconds ? silenceInSeconds : elapsed + LATER_IN_SECONDS
}
