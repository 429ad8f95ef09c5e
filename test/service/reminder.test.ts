import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createReminder, nextReminder } from '../../service/src/commands/reminder.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('reminds after 10 s, after the silence, and then once a minute, from the last change on', async () => {
  const heard: number[] = []
  const reminder = createReminder(30, (seconds) => heard.push(seconds))
  reminder.restart()
  await vi.advanceTimersByTimeAsync(9000)
  reminder.restart()
  await vi.advanceTimersByTimeAsync(150_000)
  expect(heard).toEqual([10, 30, 90, 150])
  reminder.stop()
  await vi.advanceTimersByTimeAsync(600_000)
  expect(heard).toHaveLength(4)
  expect(vi.getTimerCount()).toBe(0)
})

it('reminds first of a silence that is shorter than 10 s', () => {
  expect([nextReminder(0, 0.1), nextReminder(0.1, 0.1), nextReminder(10, 30)]).toEqual([0.1, 60.1, 30])
})
