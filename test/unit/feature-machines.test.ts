import { describe, expect, test } from 'vitest'
import { next as nextMessages } from '../../core/src/messages/machine.ts'
import { createSeenIds } from '../../core/src/messages/seen-ids.ts'
import { FIRST_STATE as NO_MESSAGES, type MessagesInput, type MessagesState } from '../../core/src/messages/states.ts'
import { next as nextMethods } from '../../core/src/methods/machine.ts'
import { FIRST_STATE as NO_CALLS, type MethodsInput, type MethodsState } from '../../core/src/methods/states.ts'

const RESPONSE = { status: 200, body: '' }
const CALL: MethodsInput = { type: 'call', id: 1, rid: 'a', name: 'x', body: '', response: undefined }

function methodsAfter(...inputs: readonly MethodsInput[]): MethodsState {
  return inputs.reduce((state, input) => nextMethods(state, input, 1)[0], NO_CALLS)
}

describe('The state of method calls', () => {
  const up: MethodsInput = { type: 'connection', connection: 'up' }

  test.each<MethodsInput>([
    { type: 'deadline', id: 1 },
    { type: 'acknowledged', id: 1 },
  ])('ignores %j for a call that is over', (input) => {
    const state = methodsAfter(
      up,
      CALL,
      { type: 'settled', id: 1, response: RESPONSE },
      { type: 'acknowledged', id: 1 },
    )
    expect(nextMethods(state, input, 1)).toEqual([state, []])
  })

  test.each<MethodsInput>([
    CALL,
    { type: 'settled', id: 1, response: RESPONSE },
    { type: 'deadline', id: 1 },
    { type: 'acknowledged', id: 1 },
    up,
    { type: 'close' },
    { type: 'closed' },
  ])('ignores %j after the end', (input) => {
    const state = methodsAfter(up, CALL, { type: 'closed' })
    expect(nextMethods(state, input, 1)).toEqual([state, []])
  })
})

const NOW = 0
const MESSAGE: MessagesInput = {
  type: 'message',
  now: NOW,
  id: 1,
  packetId: 1,
  expiresAt: undefined,
  isDuplicate: false,
}

function messagesAfter(...inputs: readonly MessagesInput[]): MessagesState {
  return inputs.reduce((state, input) => nextMessages(state, input)[0], NO_MESSAGES)
}

describe('The state of messages', () => {
  const up: MessagesInput = { type: 'connection', now: NOW, connection: 'up' }

  test.each<[string, readonly MessagesInput[]]>([
    ['no message', []],
    ['another message', [MESSAGE]],
  ])('ignores the end of a call of a consumer that has %s', (_, inputs) => {
    const state = messagesAfter(up, { type: 'join', now: NOW }, ...inputs)
    expect(nextMessages(state, { type: 'settled', now: NOW, id: 7, isAccepted: true })).toEqual([state, []])
  })

  test.each<MessagesInput>([
    { type: 'join', now: NOW },
    { type: 'leave', now: NOW },
    { type: 'settled', now: NOW, id: 1, isAccepted: true },
    { type: 'retry', now: NOW },
    up,
    { type: 'close', now: NOW },
    { type: 'closed', now: NOW },
  ])('ignores %j after the end', (input) => {
    const state = messagesAfter(up, { type: 'closed', now: NOW })
    expect(nextMessages(state, input)).toEqual([state, []])
  })

  test('keeps no message that arrives after the end', () => {
    const state = messagesAfter(up, { type: 'closed', now: NOW })
    expect(nextMessages(state, MESSAGE)).toEqual([state, [{ type: 'forget', id: 1 }]])
  })
})

test('A device recognizes its last 1000 message IDs', () => {
  const seen = createSeenIds()
  expect([seen.add(undefined), seen.add(undefined)]).toEqual([false, false])
  for (let n = 1; n <= 1000; n++) seen.add(String(n))
  expect(seen.add('1')).toBe(true)
  seen.add('1001')
  expect([seen.add('3'), seen.add('1'), seen.add('2')]).toEqual([true, true, false])
})
