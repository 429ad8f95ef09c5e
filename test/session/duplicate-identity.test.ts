import { expect, test } from 'vitest'
import type { TwinObservation } from '../../core/src/session/observation.ts'
import { openScripted } from './open-scripted.ts'

function record(): { readonly types: string[]; readonly observer: (observation: TwinObservation) => void } {
  const types: string[] = []
  return { types, observer: ({ type }) => types.push(type) }
}

const duplicates = ({ types }: { types: string[] }): number =>
  types.filter((type) => type === 'duplicateIdentity').length

test('observer: both twins hear when a page opens the same identity twice', async () => {
  const [first, second, third] = [record(), record(), record()]
  const { twin } = await openScripted({ observer: first.observer })
  expect(duplicates(first)).toBe(0)
  const other = await openScripted({ observer: second.observer })
  expect([duplicates(first), duplicates(second)]).toEqual([1, 1])
  await twin.close()
  await other.twin.close()
  await openScripted({ observer: third.observer })
  expect(duplicates(third)).toBe(0)
})

test('observer: an identity at another endpoint is another identity', async () => {
  const [first, second] = [record(), record()]
  await openScripted({ observer: first.observer })
  await openScripted({ observer: second.observer, endpoint: 'wss://gateway.example' })
  expect([duplicates(first), duplicates(second)]).toEqual([0, 0])
})

test('observer: an effect that runs twice under React StrictMode opens no duplicate', async () => {
  const [first, second] = [record(), record()]
  const { twin } = await openScripted({ observer: first.observer })
  const closing = twin.close()
  await openScripted({ observer: second.observer })
  await closing
  expect([duplicates(first), duplicates(second)]).toEqual([0, 0])
})
