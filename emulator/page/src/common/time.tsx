import type { JSX } from 'preact'

const clock = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
})
const calendar = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium' })

export function exactTime(at: number): string {
  return clock.format(at)
}

export function exactDate(at: number): string {
  return `${calendar.format(at)}, ${clock.format(at)}`
}

/** Seconds as people say them: `4 s`, `12 min`, `3 h 20 min`, `9 d`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d`
}

interface AgeProps {
  readonly at: number
  readonly now: number
  /** Without `ago`, where a column of them stands. */
  readonly isBare?: boolean
}

/** How long ago, with the exact time on hover. */
export function Age({ at, now, isBare = false }: AgeProps): JSX.Element {
  const age = now - at
  const text = age < 2000 ? 'now' : isBare ? duration(age) : `${duration(age)} ago`
  return (
    <time dateTime={new Date(at).toISOString()} title={exactDate(at)}>
      {text}
    </time>
  )
}
