import { isDeepStrictEqual } from 'node:util'
import { Refusal } from 'hubtwin-emulator'
import { ANSWERS } from './feature-calls.ts'
import type { Figures } from './figures.ts'
import type { Play } from './play.ts'
import { waitFor } from './wait-for.ts'

/** The longest wait of a call, and a margin. */
const LIMIT_IN_MS = 6000

/** Every caller gets a response or its timeout. */
export async function settleCalls({ calls }: Play): Promise<void> {
  const isSettled = (): boolean => calls.every(({ outcome }) => outcome.type !== 'pending')
  await waitFor(isSettled, { atMostInMs: LIMIT_IN_MS })
}

/**
 * The counts of telemetry and methods. Only `quick` and `slow` have the same response in both
 * clients.
 */
export function countFeatures({ sends, calls, client, log }: Play, unfinished: readonly string[]): Figures {
  const arrived = new Set(log.telemetry.map(({ n }) => n))
  const firstIds = new Map<number, string | undefined>()
  let copies = 0
  let unmarked = 0
  for (const { n, messageId } of log.telemetry) {
    if (firstIds.has(n)) {
      copies++
      if (messageId === undefined || firstIds.get(n) !== messageId) unmarked++
    } else firstIds.set(n, messageId)
  }
  const answered = calls.filter(({ shape }) => shape === 'quick' || shape === 'slow')
  const wrong = calls.filter(
    ({ shape, outcome }, index) =>
      (shape === 'quick' || shape === 'slow') &&
      outcome.type === 'resolved' &&
      !isDeepStrictEqual(outcome.value, ANSWERS[shape](index + 1)),
  )
  const sendable = sends.filter(({ shape }) => shape !== 'too-large' && shape !== 'abort')
  return {
    messages: sends.length,
    'messages that have not settled': sends.filter(({ outcome }) => outcome.type === 'pending').length,
    'messages that rejected, and are not too large or aborted': sendable.filter(
      ({ outcome }) => outcome.type === 'rejected',
    ).length,
    'messages that resolved but are not at the hub': sends.filter(
      ({ outcome }, index) => outcome.type === 'resolved' && !arrived.has(index + 1),
    ).length,
    'copies at the hub': copies,
    'copies without the ID of the first': unmarked,
    'calls of quick and slow': answered.length,
    'calls without a response in 5 s': answered.filter(
      ({ outcome }) =>
        outcome.type === 'rejected' && outcome.error instanceof Refusal && outcome.error.code === 'GatewayTimeout',
    ).length,
    'calls that ran twice': client.runs.length - new Set(client.runs).size,
    'calls with a wrong response': wrong.length,
    'plans after which a message does not arrive': unfinished.some((fault) => fault.startsWith('a message')) ? 1 : 0,
    'plans after which a call gets no response': unfinished.some((fault) => fault.startsWith('a call')) ? 1 : 0,
  }
}

/** Violations of what an app expects. A plan with any of them ends wrong. */
const VIOLATIONS = [
  'plans that end with another desired state than the hub has',
  'plans with a report that has not settled',
  'messages that have not settled',
  'messages that resolved but are not at the hub',
  'copies without the ID of the first',
  'calls that ran twice',
  'calls with a wrong response',
  'plans after which a message does not arrive',
  'plans after which a call gets no response',
]

export function withVerdict(figures: Figures): Figures {
  const isWrong = VIOLATIONS.some((name) => (figures[name] ?? 0) > 0)
  return { ...figures, 'plans that end wrong': isWrong ? 1 : 0 }
}
