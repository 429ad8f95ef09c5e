import { isDeepStrictEqual } from 'node:util'
import { Refusal } from 'hubtwin-emulator'
import type { Device } from '../device.ts'
import { ANSWERS } from '../feature-calls.ts'
import type { Asked, Play } from '../play.ts'
import type { CallShape } from '../step.ts'

/** The device answers so after its own deadline. */
const TOO_LATE = { status: 504, payload: null }

/** Each call runs its handler at most once, and gets its own response at most once. */
export function faultsOfMethods({ seen, runs }: Device, { calls }: Play): string[] {
  const repeated = runs.filter((n, index) => runs.indexOf(n) !== index)
  return [
    ...repeated.map((n) => `call ${n} ran twice`),
    ...calls.flatMap((asked, index) => faultsOfCall(asked, index + 1, runs)),
    ...faultsOfResponses(seen),
  ]
}

function faultsOfCall({ shape, outcome }: Asked, n: number, runs: readonly number[]): string[] {
  switch (outcome.type) {
    case 'pending':
      // Its caller waits for a response that was lost with its connection.
      return []
    case 'resolved': {
      const expected = ANSWERS[shape as CallShape](n)
      const isRight = [expected, TOO_LATE].some((answer) => isDeepStrictEqual(outcome.value, answer))
      return isRight ? [] : [`call ${n}, "${shape}", got ${JSON.stringify(outcome.value)}`]
    }
    case 'rejected': {
      const reason = outcome.error instanceof Refusal ? outcome.error.code : String(outcome.error)
      if (reason === 'DeviceNotOnline') return runs.includes(n) ? [`call ${n} was not sent, and ran`] : []
      return ['GatewayTimeout', 'ServiceUnavailable'].includes(reason) ? [] : [`call ${n} rejected with ${reason}`]
    }
  }
}

/**
 * Over a connection, each call gets at most one response. A restarted hub counts from 1, so a
 * number can name several calls, and their bodies differ.
 */
function faultsOfResponses(seen: Device['seen']): string[] {
  const received = new Map<string, Set<string>>()
  let answered = new Map<string, number>()
  return seen.flatMap((event) => {
    if (event.type !== 'observed') return []
    const { observation } = event
    if (observation.type === 'sent' && observation.packet === 'CONNECT') answered = new Map()
    if (!('topic' in observation) || !observation.topic.startsWith('$iothub/methods/')) return []
    const rid = observation.topic.split('$rid=')[1] ?? ''
    const bodies = received.get(rid) ?? new Set()
    received.set(rid, bodies)
    if (observation.type === 'received') {
      bodies.add(observation.payload)
      return []
    }
    const count = (answered.get(rid) ?? 0) + 1
    answered.set(rid, count)
    return count > bodies.size ? [`${bodies.size} calls with the number ${rid} got ${count} responses`] : []
  })
}
