import { safeParse } from 'valibot'
import { describe, expect, it } from 'vitest'
import { openingHours, sayOpening } from '../../../web-demo/src/kiosk/opening-hours.ts'

/** In January 2026, whose 5th is a Monday; by this machine's clock, as the kiosk goes. */
const at = (day: number, hour: number, minute = 0): Date => new Date(2026, 0, day, hour, minute)
const time = (of: Date): string => of.toLocaleTimeString([], { hour: 'numeric', minute: '2-digit' })
const dayAndTime = (of: Date): string => of.toLocaleString([], { weekday: 'long', hour: 'numeric', minute: '2-digit' })

describe('sayOpening()', () => {
  const shop = { mon: '09:00-18:00', wed: '10:30-24:00', fri: '18:00-02:00' }

  it.each([
    ['on the minute it opens', at(5, 9), at(5, 18)],
    ['a minute before it closes', at(5, 17, 59), at(5, 18)],
    ['until midnight', at(7, 23, 59), at(8, 0)],
    ['before midnight, for a night', at(9, 23), at(10, 2)],
    ['after midnight, in the night of the day before', at(10, 1, 59), at(10, 2)],
  ])('sayOpening() says until when it is open %s', (_when, now, end) => {
    expect(sayOpening(shop, now)).toBe(`Open until ${time(end)}`)
  })

  it.each([
    ['before it opens', at(5, 8, 59), at(5, 9)],
    ['on the minute it closes', at(5, 18), at(7, 10, 30)],
    ['after a night', at(10, 2), at(12, 9)],
    ['on a day that is not there', at(11, 12), at(12, 9)],
  ])('sayOpening() says when it opens next %s', (_when, now, next) => {
    expect(sayOpening(shop, now)).toBe(`Closed, opens ${dayAndTime(next)}`)
  })

  it('sayOpening() finds the same day of the next week, and a day without an end', () => {
    expect(sayOpening({ mon: '09:00-18:00' }, at(5, 20))).toBe(`Closed, opens ${dayAndTime(at(12, 9))}`)
    expect(sayOpening({ mon: '00:00-00:00' }, at(5, 20))).toBe(`Open until ${time(at(6, 0))}`)
    expect(sayOpening({}, at(5, 20))).toBe('Closed')
  })

  it('sayOpening() goes by the wall clock over the change of summer time', () => {
    // Wherever this runs, a year has all the changes that its zone has.
    for (let day = 1; day <= 365; day++) {
      const now = new Date(2026, 0, day, 8)
      const every = { sun: '09:00-18:00', mon: '09:00-18:00', tue: '09:00-18:00', wed: '09:00-18:00' }
      const hours = { ...every, thu: '09:00-18:00', fri: '09:00-18:00', sat: '09:00-18:00' }
      expect(sayOpening(hours, now)).toBe(`Closed, opens ${dayAndTime(new Date(2026, 0, day, 9))}`)
    }
  })
})

describe('openingHours', () => {
  it.each([
    ['no day', {}],
    ['a day and a night', { mon: '09:00-18:00', sat: '22:00-04:00', sun: '00:00-24:00' }],
  ])('openingHours fits %s', (_what, hours) => {
    expect(safeParse(openingHours, hours).success).toBe(true)
  })

  it.each([
    ['a day that there is not', { monday: '09:00-18:00' }],
    ['words', { mon: 'nine to five' }],
    ['an hour that there is not', { mon: '09:00-25:00' }],
    ['a beginning at the end of a day', { mon: '24:00-25:00' }],
    ['more than one span', { mon: '09:00-12:00,13:00-18:00' }],
    ['a number', { mon: 9 }],
    ['a text', '09:00-18:00'],
    ['null', null],
  ])('openingHours refuses %s', (_what, hours) => {
    expect(safeParse(openingHours, hours).success).toBe(false)
  })
})
