import { expect, test } from 'vitest'
import { nextOrder, type RowKeys, sortedIndices } from '../../../web-demo/src/fleet/row-order.ts'

const row = (device: string, target: number, firmware: string): RowKeys => ({
  ...{ device, target, firmware },
  ...{ state: 'ready', versions: 1, temperature: 20, update: 0 },
})

const rows = [row('fleet-10', 20, '1.10.0'), row('fleet-9', 5, '1.9.0'), row('fleet-1', 20, '1.2.1')]

test.each([
  ['device', false, ['fleet-1', 'fleet-9', 'fleet-10']],
  ['device', true, ['fleet-10', 'fleet-9', 'fleet-1']],
  ['target', false, ['fleet-9', 'fleet-10', 'fleet-1']],
  ['target', true, ['fleet-10', 'fleet-1', 'fleet-9']],
  ['firmware', false, ['fleet-1', 'fleet-9', 'fleet-10']],
  ['state', true, ['fleet-10', 'fleet-9', 'fleet-1']],
] as const)('sorts by %s, descending: %s', (column, isDescending, expected) => {
  const ids = sortedIndices(rows, { column, isDescending }).map((index) => rows[index]?.device)
  expect(ids).toEqual(expected)
})

test('a second click on a column reverses the order, and another column starts ascending', () => {
  const first = nextOrder({ column: 'device', isDescending: false }, 'target')
  expect(first).toEqual({ column: 'target', isDescending: false })
  expect(nextOrder(first, 'target')).toEqual({ column: 'target', isDescending: true })
  expect(nextOrder(nextOrder(first, 'target'), 'device')).toEqual({ column: 'device', isDescending: false })
})
