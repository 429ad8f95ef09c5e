import { safeParse } from 'valibot'
import { describe, expect, it } from 'vitest'
import { openingHours, describeOpening } from '../../../web-demo/src/kiosk/opening-hours.ts'

/** A time in January 2026, in the time zone of this machine. The 5th is a Monday. */
const at = (day: number, hour: number, minute = 0): Date => new Date(2026, 0, day, hour, minute)
const time = (of: Date): string => of.toLocaleTimeString([], { hour: 'numeric', minute: '2-digit' })
const dayAndTime = (of: Date): string => of.toLocaleString([], { weekday: 'long', hour: 'numeric', minute: '2-digit' })

describe('describeOpening()', () => {
  const shop = { mon: '09:00-18:00', wed: '10:30-24:00', fri: '18:00-02:00' }

  it.each([
    ['in the minute of the opening', at(5, 9), at(5, 18)],
    ['a minute before it closes', at(5, 17, 59), at(5, 18)],
    ['until midnight', at(7, 23, 59), at(8, 0)],
    ['before midnight, if it closes after midnight', at(9, 23), at(10, 2)],
    ['after midnight, if it opened the day before', at(10, 1, 59), at(10, 2)],
  ])('describeOpening() names the closing time %s', (_when, now, end) => {
    expect(describeOpening(shop, now)).toBe(`Open until ${time(end)}`)
  })

  it.each([
    ['before it opens', at(5, 8, 59), at(5, 9)],
    ['in the minute of the closing', at(5, 18), at(7, 10, 30)],
    ['after a night opening', at(10, 2), at(12, 9)],
    ['on a missing day', at(11, 12), at(12, 9)],
  ])('describeOpening() names the next opening %s', (_when, now, next) => {
    expect(describeOpening(shop, now)).toBe(`Closed, opens ${dayAndTime(next)}`)
  })

  it('describeOpening() finds the same day of the next week, and handles a span of 24 hours', () => {
    expect(describeOpening({ mon: '09:00-18:00' }, at(5, 20))).toBe(`Closed, opens ${dayAndTime(at(12, 9))}`)
    expect(describeOpening({ mon: '00:00-00:00' }, at(5, 20))).toBe(`Open until ${time(at(6, 0))}`)
    expect(describeOpening({}, at(5, 20))).toBe('Closed')
  })

  it('describeOpening() follows the wall clock when daylight saving time changes', () => {
    // A year includes every change of any time zone.
    for (let day = 1; day <= 365; day++) {
      const now = new Date(2026, 0, day, 8)
      const every = { sun: '09:00-18:00', mon: '09:00-18:00', tue: '09:00-18:00', wed: '09:00-18:00' }
      const hours = { ...every, thu: '09:00-18:00', fri: '09:00-18:00', sat: '09:00-18:00' }
      expect(describeOpening(hours, now)).toBe(`Closed, opens ${dayAndTime(new Date(2026, 0, day, 9))}`)
    }
  })
})

describe('openingHours', () => {
  it.each([
    ['no day', {}],
    ['a day and a night', { mon: '09:00-18:00', sat: '22:00-04:00', sun: '00:00-24:00' }],
  ])('openingHours accepts %s', (_what, hours) => {
    expect(safeParse(openingHours, hours).success).toBe(true)
  })

  it.each([
    ['an unknown day', { monday: '09:00-18:00' }],
    ['words', { mon: 'nine to five' }],
    ['an impossible hour', { mon: '09:00-25:00' }],
    ['an opening at 24:00', { mon: '24:00-25:00' }],
    ['more than one span', { mon: '09:00-12:00,13:00-18:00' }],
    ['a number', { mon: 9 }],
    ['a string', '09:00-18:00'],
    ['null', null],
  ])('openingHours rejects %s', (_what, hours) => {
    expect(safeParse(openingHours, hours).success).toBe(false)
  })
})
