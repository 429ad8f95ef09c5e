import { describe, expect, test } from 'vitest'
import { next, type RoutingInput, type RoutingState } from '../../core/src/shared-device/routing.ts'

/** Tab `b` has the first message with QoS 1, the second waits, and a method call is offered. */
const STATE: RoutingState = [
  { id: 1, packetId: 11, place: { type: 'delivered', tab: 'b' } },
  { id: 2, packetId: 12, place: { type: 'queued' } },
  { id: 3, packetId: undefined, place: { type: 'offered' } },
]

describe('The routing of messages', () => {
  test.each<[string, RoutingInput]>([
    ['an acknowledgment of a tab that does not have the message', { type: 'acknowledged', id: 1, tab: 'c' }],
    ['an acknowledgment of a message that waits', { type: 'acknowledged', id: 2, tab: 'b' }],
    ['an acknowledgment of a method call', { type: 'acknowledged', id: 3, tab: 'b' }],
    ['the end of a tab that has no message', { type: 'tabGone', tab: 'c' }],
    ['a claim of a message that another tab has', { type: 'claimed', id: 1, tab: 'c' }],
    ['a claim of a message that waits', { type: 'claimed', id: 2, tab: 'c' }],
    ['the end of the time of a message that nobody offers', { type: 'timeout', id: 2 }],
  ])('ignores %s', (_, input) => {
    expect(next(STATE, input, 'own')).toEqual([STATE, []])
  })

  test('offers only the message of a tab that ends', () => {
    const [state, effects] = next(STATE, { type: 'tabGone', tab: 'b' }, 'own')
    expect(state).toEqual([{ ...STATE[0], place: { type: 'offered' } }, STATE[1], STATE[2]])
    expect(effects).toEqual([{ type: 'offer', id: 1 }])
  })
})
