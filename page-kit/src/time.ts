const clock = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
})
const calendar = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium' })

// Every time is in milliseconds since 1970, every duration in milliseconds.

/** `14:03:09.120` */
export function exactTime(at: number): string {
  return clock.format(at)
}

/** `5 Jan 2026, 14:03:09.120` */
export function exactDate(at: number): string {
  return `${calendar.format(at)}, ${clock.format(at)}`
}

/** Whole units, the largest first: `4 s`, `12 min`, `3 h 20 min`, `9 d`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d`
}

/** A short measured time: `< 1 ms`, `38 ms`, `12.3 s`. */
export function roundTrip(ms: number): string {
  return ms < 1 ? '< 1 ms' : ms < 10_000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}

/** `now`, `4 s ago`, `12 min ago`. */
export function age(ms: number): string {
  return ms < 2000 ? 'now' : `${duration(ms)} ago`
}
