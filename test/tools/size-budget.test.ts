import { expect, test } from 'vitest'
import { type Budget, nameOf, pageOf, sizeComplaints } from '../../tools/packaging/size-budget.ts'

const BUDGET: Budget = { entries: ['hubtwin/light'], limit: 100, withPackages: false }
const BEFORE = { raw: 200, gzip: 90, modules: { 'core/dist/a.js': 120, 'core/dist/b.js': 80 } }

test('pageOf() imports a name of the first entry, and everything of the others', () => {
  const both: Budget = { ...BUDGET, entries: ['hubtwin/light', 'hubtwin/telemetry'], name: 'openDevice' }
  expect(pageOf(both)).toBe("export { openDevice } from 'hubtwin/light'\nexport * as entry1 from 'hubtwin/telemetry'")
  expect(pageOf(BUDGET)).toBe("export * as entry0 from 'hubtwin/light'")
  expect([nameOf(both), nameOf(BUDGET)]).toEqual(['openDevice of hubtwin/light + hubtwin/telemetry', 'hubtwin/light'])
})

test('sizeComplaints() accepts a bundle at its limit', () => {
  expect(sizeComplaints(BUDGET, { ...BEFORE, gzip: 100 }, BEFORE)).toEqual([])
})

test('sizeComplaints() names the modules that grew, the largest growth first', () => {
  const modules = { 'core/dist/a.js': 125, 'core/dist/b.js': 70, 'core/dist/c.js': 30 }
  expect(sizeComplaints(BUDGET, { raw: 225, gzip: 101, modules }, BEFORE)).toEqual([
    'hubtwin/light has 101 bytes gzip; 100 is the limit',
    '  core/dist/c.js: 0 to 30 bytes',
    '  core/dist/a.js: 120 to 125 bytes',
  ])
})

test('sizeComplaints() refuses a package in a bundle that needs none', () => {
  const modules = {
    ...BEFORE.modules,
    'node_modules/mqtt/dist/mqtt.esm.js': 5,
    '(disabled):node_modules/ws/browser.js': 1,
  }
  expect(sizeComplaints(BUDGET, { ...BEFORE, modules }, BEFORE)).toEqual([
    'hubtwin/light loads node_modules/mqtt/dist/mqtt.esm.js into a page; it must not load packages there',
  ])
  expect(sizeComplaints({ ...BUDGET, withPackages: true }, { ...BEFORE, modules }, BEFORE)).toEqual([])
})
