import { expect, test } from 'vitest'
import { reopenAfterFailure } from '../../../../emulator/src/store/reopen-after-failure.ts'

function recorded(): { log: string[]; write: (name: string, fails?: boolean) => Promise<void>; refuseToOpen: boolean } {
  const log: string[] = []
  const state = {
    log,
    refuseToOpen: false,
    write: (_name: string, _fails?: boolean): Promise<void> => Promise.resolve(),
  }
  const carryOut = reopenAfterFailure({
    close: async () => void log.push('close'),
    async open() {
      log.push('open')
      if (state.refuseToOpen) throw new Error('no room to open')
    },
  })
  state.write = (name, fails = false) =>
    carryOut(async () => {
      log.push(`${name} begins`)
      await Promise.resolve()
      if (fails) throw new Error(`no room for ${name}`)
      log.push(`${name} is written`)
    })
  return state
}

test('writes run one by one, and nothing is reopened while they succeed', async () => {
  const { log, write } = recorded()
  await Promise.all([write('a'), write('b')])
  expect(log).toEqual(['a begins', 'a is written', 'b begins', 'b is written'])
})

test('the write after a failed write reopens the database, even if it was already waiting', async () => {
  const { log, write } = recorded()
  const outcomes = await Promise.allSettled([write('a', true), write('b'), write('c')])
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled'])
  expect(log).toEqual(['a begins', 'close', 'open', 'b begins', 'b is written', 'c begins', 'c is written'])
})

test('writes fail while the database cannot be opened', async () => {
  const state = recorded()
  await expect(state.write('a', true)).rejects.toThrow('no room for a')
  state.refuseToOpen = true
  await expect(state.write('b')).rejects.toThrow('no room to open')
  await expect(state.write('c')).rejects.toThrow('no room to open')
  state.refuseToOpen = false
  await state.write('d')
  expect(state.log.slice(-3)).toEqual(['open', 'd begins', 'd is written'])
})
