import { setText } from './dom.ts'

const clock = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
})

export function exactTime(date: Date): string {
  return clock.format(date)
}

/** How long ago, in words; the exact time on hover. */
export function showAge(element: HTMLTimeElement, date: Date | undefined): void {
  setText(element, date === undefined ? '' : ageOf(Date.now() - date.getTime()))
  if (date === undefined || element.dateTime === date.toISOString()) return
  element.dateTime = date.toISOString()
  element.title = exactTime(date)
}

function ageOf(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  if (seconds < 2) return 'just now'
  if (seconds < 90) return `${seconds} s ago`
  const minutes = Math.round(seconds / 60)
  return minutes < 90 ? `${minutes} min ago` : `${Math.round(minutes / 60)} h ago`
}

export function duration(ms: number): string {
  return ms < 1 ? '< 1 ms' : ms < 10_000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}
