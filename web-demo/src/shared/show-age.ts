import { age, exactTime } from 'hubtwin-page-kit/time'
import { setText } from './dom.ts'

/** Shows how long ago a date was, with the exact time as a tooltip. */
export function showAge(element: HTMLTimeElement, date: Date | undefined): void {
  setText(element, date === undefined ? '' : age(Date.now() - date.getTime()))
  if (date === undefined || element.dateTime === date.toISOString()) return
  element.dateTime = date.toISOString()
  element.title = exactTime(date.getTime())
}
