import fc from 'fast-check'
import type { Weather } from './proxy.ts'
import { type DeviceStep, type HubStep, NONSENSE, type Nonsense, PATHS, type Step } from './step.ts'

export interface Plan {
  readonly steps: readonly Step[]
  /** The apparent lifetime of each token, so that renewals happen during the plan. */
  readonly tokenLifeInMs: number
  /** `twin` opens a twin only. */
  readonly subject: Subject
  readonly overflow: 'reject-newest' | 'reject-oldest'
  /** The handlers that may run at once. */
  readonly concurrency: number
  /** The hub keeps the session between connections. */
  readonly persistentSession: boolean
  /** The seed of the client's randomness. */
  readonly seed: number
}

export type Subject = 'twin' | 'device'

const SECOND = 1000
const HOUR = 60 * 60 * SECOND
const DAY = 24 * HOUR

const times = fc.integer({ min: 1, max: 3 })
const inMs = fc.integer({ min: 1, max: 60 })

const weather: fc.Arbitrary<Weather> = fc.oneof(
  fc.constant({ type: 'fair' } as const),
  inMs.map((latency) => ({ type: 'latency', inMs: latency }) as const),
  fc.record({ type: fc.constant('loss' as const), way: fc.constantFrom('up' as const, 'down', 'both') }),
  fc.record({
    type: fc.constant('drip' as const),
    bytes: fc.integer({ min: 1, max: 20 }),
    everyInMs: fc.integer({ min: 0, max: 3 }),
  }),
  fc.constant({ type: 'refuse' } as const),
)

const hubStep: fc.Arbitrary<HubStep> = fc.oneof(
  counted(6, 'lose-answer', 'delay-answer', 'duplicate-answer', 'throttle'),
  counted(6, 'lose-notification', 'duplicate-notification', 'refuse-connect'),
  counted(2, 'lose-early-get', 'refuse-early-packet'),
  counted(1, 'silence'),
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('answer' as const),
      status: fc.constantFrom(400 as const, 500, 503),
      times,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('refuse-upgrade' as const),
      status: fc.constantFrom(429 as const, 503),
      times,
    }),
  },
  { weight: 3, arbitrary: fc.constant({ type: 'drop' } as const) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 3 }).map((age) => ({ type: 'stale', age }) as const) },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom(...(Object.keys(NONSENSE) as Nonsense[]))
      .map((message) => ({ type: 'nonsense', message }) as const),
  },
  { weight: 1, arbitrary: fc.constant({ type: 'restart' } as const) },
  { weight: 1, arbitrary: fc.constant({ type: 'rival' } as const) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(-DAY, 2 * HOUR).map((byInMs) => ({ type: 'hub-clock', byInMs }) as const),
  },
)

const deviceStep: fc.Arbitrary<DeviceStep> = fc.oneof(
  fc.constantFrom('wake' as const, 'sleep').map((type) => ({ type })),
  fc.constantFrom(-DAY, -5 * SECOND, 5 * SECOND, 7 * DAY).map((byInMs) => ({ type: 'clock', byInMs }) as const),
  counted(1, 'fail-token', 'delay-token'),
  fc.constantFrom(...PATHS).map((path) => ({ type: 'listen', path }) as const),
)

const twinSteps: fc.WeightedArbitrary<Step>[] = [
  {
    weight: 20,
    arbitrary: fc.record({
      type: fc.constant('desired' as const),
      shape: fc.constantFrom('set' as const, 'nest', 'delete', 'replace'),
    }),
  },
  {
    weight: 20,
    arbitrary: fc.record({
      type: fc.constant('report' as const),
      shape: fc.constantFrom('set' as const, 'set', 'replace', 'abort'),
    }),
  },
  { weight: 16, arbitrary: inMs.map((wait) => ({ type: 'wait', inMs: wait }) as const) },
  { weight: 12, arbitrary: fc.constant({ type: 'calm' } as const) },
  { weight: 4, arbitrary: fc.constant({ type: 'refresh' } as const) },
  { weight: 10, arbitrary: weather.map((given) => ({ type: 'weather', weather: given }) as const) },
  {
    weight: 5,
    arbitrary: fc.constantFrom('both' as const, 'device', 'hub').map((side) => ({ type: 'cut', side }) as const),
  },
  { weight: 30, arbitrary: hubStep },
  { weight: 10, arbitrary: deviceStep },
]

const featureSteps: fc.WeightedArbitrary<Step>[] = [
  {
    weight: 30,
    arbitrary: fc.record({
      type: fc.constant('send' as const),
      shape: fc.constantFrom('plain' as const, 'plain', 'plain', 'burst', 'abort', 'too-large'),
    }),
  },
  {
    weight: 24,
    arbitrary: fc.record({
      type: fc.constant('call' as const),
      shape: fc.constantFrom('quick' as const, 'slow', 'slow', 'throw', 'unknown'),
    }),
  },
  { weight: 16, arbitrary: fc.constant({ type: 'message' } as const) },
  counted(8, 'lose-puback', 'delay-puback'),
  counted(8, 'close-before-storing', 'close-after-storing'),
  { weight: 6, arbitrary: fc.constant({ type: 'repeat-call' } as const) },
]

/** The plans of a twin are the same as before devices had features, so that results compare. */
export const plansFor: Readonly<Record<Subject, fc.Arbitrary<Plan>>> = {
  twin: planOf(fc.oneof(...twinSteps)).map((plan) => ({
    ...plan,
    ...{ subject: 'twin', overflow: 'reject-newest', concurrency: Infinity, persistentSession: false },
  })),
  device: fc
    .record({
      plan: planOf(fc.oneof(...twinSteps, ...featureSteps)),
      overflow: fc.constantFrom('reject-newest' as const, 'reject-oldest'),
      concurrency: fc.constantFrom(1, Infinity),
      persistentSession: fc.boolean(),
    })
    .map(({ plan, ...features }) => ({ ...plan, ...features, subject: 'device' })),
}

/** Renewals happen all the time, also during the checks at the end. */
export function hasShortTokens({ tokenLifeInMs }: Plan): boolean {
  return tokenLifeInMs < HOUR
}

function planOf(step: fc.Arbitrary<Step>): fc.Arbitrary<Pick<Plan, 'steps' | 'tokenLifeInMs' | 'seed'>> {
  return fc.record({
    // Without a size, fast-check generates few steps.
    steps: fc.array(step, { minLength: 5, maxLength: 40, size: 'max' }),
    tokenLifeInMs: fc.constantFrom(40, 150, 3_600_000),
    seed: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  })
}

function counted<Type extends string>(
  weight: number,
  ...types: [Type, ...Type[]]
): { weight: number; arbitrary: fc.Arbitrary<{ type: Type; times: number }> } {
  return { weight, arbitrary: fc.record({ type: fc.constantFrom(...types), times }) }
}
