import { describe, expect, test } from 'vitest'
import { MAX_SECTION_SIZE } from '../../core/src/protocol/limits.ts'
import {
  appendWithinLimit,
  cancel,
  createEntry,
  EMPTY_QUEUE,
  type Entry,
  entriesOf,
  nextBatch,
  type Queue,
  queueOf,
} from '../../core/src/twin/outbox/queue.ts'

const textOf = (length: number): string => 'x'.repeat(length)
/** A report of a key of one letter, with this size. */
const sized = (id: number, size: number, key = 'a'): Entry => createEntry({ [key]: textOf(size - 1) }, id, 1)
const append = (queue: Queue, entry: Entry, inFlight = 0): Queue => {
  const appended = appendWithinLimit(queue, entry, inFlight)
  if (appended instanceof RangeError) throw appended
  return appended
}

describe('appendWithinLimit()', () => {
  test('keeps the reports apart up to the limit', () => {
    const entries = [sized(1, MAX_SECTION_SIZE - 10), sized(2, 10)]
    expect(entriesOf(entries.reduce((queue, entry) => append(queue, entry), EMPTY_QUEUE))).toEqual(entries)
  })

  test('folds them beyond it, with all their callers', () => {
    const queue = queueOf([
      { ...sized(1, 20_000), waiting: 2 },
      { ...sized(2, 5), isSent: true },
    ])
    expect(entriesOf(append(queue, sized(3, 20_000, 'b')))).toEqual([
      {
        patch: { a: textOf(4), b: textOf(19_999) },
        size: 20_005,
        lastId: 3,
        waiting: 4,
        isSent: true,
        isAlone: false,
      },
    ])
    const unsent = append(queueOf([sized(1, 20_000)]), sized(2, 20_000))
    expect(entriesOf(unsent)).toMatchObject([{ isSent: false, isAlone: false, waiting: 2 }])
  })

  test('leaves the request in flight and a report that goes alone as they are', () => {
    const flying = { ...sized(1, 5), isSent: true }
    const alone = { ...sized(3, 5), isAlone: true }
    const queue = queueOf([flying, sized(2, 6), alone, sized(4, 20_000), sized(5, 7)])
    expect(entriesOf(append(queue, sized(6, 20_000), 1))).toEqual([
      flying,
      sized(2, 6),
      alone,
      { ...sized(6, 20_000), waiting: 3 },
    ])
  })

  test('accepts a fold of exactly the limit, and no larger one', () => {
    const queue = queueOf([sized(1, 20_000), sized(2, 20_000)])
    const rest = MAX_SECTION_SIZE - 20_000
    expect(entriesOf(append(queue, sized(3, rest, 'b')))).toMatchObject([{ size: MAX_SECTION_SIZE }])
    expect(appendWithinLimit(queue, sized(3, rest + 1, 'b'), 0)).toEqual(
      new RangeError(
        'patch would bring the waiting reports to a size of 32769; the limit of reported properties is 32768',
      ),
    )
  })
})

describe('nextBatch()', () => {
  test('has as many reports as fit into a request', () => {
    expect(nextBatch(EMPTY_QUEUE)).toBeUndefined()
    const large = sized(1, MAX_SECTION_SIZE - 10)
    expect(nextBatch(queueOf([large, sized(2, 10, 'b'), sized(3, 1, 'c')]))).toMatchObject({ through: 2 })
    expect(nextBatch(queueOf([large, sized(2, 11, 'b')]))).toMatchObject({ through: 1, patch: large.patch })
  })

  test('sends a report alone that the hub refused with others', () => {
    const alone = { ...sized(2, 5), isAlone: true }
    expect(nextBatch(queueOf([sized(1, 5), alone]))).toMatchObject({ through: 1 })
    expect(nextBatch(queueOf([alone, sized(3, 5)]))).toMatchObject({ through: 2 })
  })
})

describe('cancel()', () => {
  test('removes a report that nothing needs, and counts its callers down otherwise', () => {
    const queue = queueOf([sized(1, 5), { ...sized(2, 5), isSent: true }, { ...sized(4, 5), waiting: 2 }])
    expect(entriesOf(cancel(queue, 1)).map(({ lastId }) => lastId)).toEqual([2, 4])
    expect(entriesOf(cancel(queue, 2))[1]).toMatchObject({ lastId: 2, waiting: 0 })
    expect(entriesOf(cancel(queue, 3))[2]).toMatchObject({ lastId: 4, waiting: 1 })
    expect(entriesOf(cancel(cancel(queue, 3), 4)).map(({ lastId }) => lastId)).toEqual([1, 2])
    expect(cancel(queue, 3).size).toBe(15)
  })
})
