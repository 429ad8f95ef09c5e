import { age as ageText, duration, exactDate } from 'hubtwin-page-kit/time'
import type { JSX } from 'preact'

interface AgeProps {
  readonly at: number
  readonly now: number
  /** Omit "ago", for a column of ages. */
  readonly isBare?: boolean
}

/** Shows how long ago a time was, with the exact time as a tooltip. */
export function Age({ at, now, isBare = false }: AgeProps): JSX.Element {
  const age = now - at
  return (
    <time dateTime={new Date(at).toISOString()} title={exactDate(at)}>
      {isBare && age >= 2000 ? duration(age) : ageText(age)}
    </time>
  )
}
