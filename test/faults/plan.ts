import fc from 'fast-check'
import type { Weather } from './proxy.ts'

/** One thing that happens to a device, its hub or the network between. */
export type Step =
  /** The back end patches desired properties; the keys are few, so that patches meet. */
  | { readonly type: 'desired'; readonly shape: 'set' | 'nest' | 'delete' | 'replace' }
  | { readonly type: 'report'; readonly shape: 'set' | 'replace' | 'abort' }
  | { readonly type: 'refresh' }
  | { readonly type: 'wait'; readonly inMs: number }
  /** The network is fair for as long as it takes to be in step, if that is soon: what follows strikes a living connection. */
  | { readonly type: 'calm' }
  | { readonly type: 'weather'; readonly weather: Weather }
  | { readonly type: 'cut' }
  /** The hub: what it does wrong the next few times. */
  | { readonly type: 'lose-answer' | 'delay-answer' | 'throttle'; readonly times: number }
  | { readonly type: 'answer'; readonly status: 400 | 500 | 503; readonly times: number }
  | { readonly type: 'lose-notification' | 'duplicate-notification' | 'refuse-connect'; readonly times: number }
  | { readonly type: 'drop' }
  | { readonly type: 'stale' }
  | { readonly type: 'nonsense'; readonly message: keyof typeof nonsense }
  | { readonly type: 'restart' }
  /** The device: its machine wakes, its page is put away. */
  | { readonly type: 'wake' | 'sleep' }

/** Messages that no hub should send, by what is wrong with them. */
export const nonsense = {
  'no JSON': ['$iothub/twin/PATCH/properties/desired/?$version=9', '{"a":'],
  'no version': ['$iothub/twin/PATCH/properties/desired/', '{"a":1}'],
  'an answer to nobody': ['$iothub/twin/res/200/?$rid=none', '{"desired":{}}'],
  'an answer that was given': ['$iothub/twin/res/204/?$rid=1&$version=1', ''],
  'no topic of the twin': ['devices/device1/messages/devicebound/', 'hello'],
} as const

const some = fc.integer({ min: 1, max: 3 })
const short = fc.integer({ min: 1, max: 60 })
const weather: fc.Arbitrary<Weather> = fc.oneof(
  fc.constant({ type: 'fair' } as const),
  short.map((inMs) => ({ type: 'latency', inMs }) as const),
  fc.constantFrom('up', 'down', 'both').map((way) => ({ type: 'loss', way }) as const),
  fc
    .record({ bytes: fc.integer({ min: 1, max: 20 }), everyInMs: fc.integer({ min: 0, max: 3 }) })
    .map((drip) => ({ type: 'drip', ...drip }) as const),
  fc.constant({ type: 'refuse' } as const),
)

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc
      .constantFrom('set', 'nest', 'delete', 'replace')
      .map((shape) => ({ type: 'desired', shape }) as const),
  },
  {
    weight: 10,
    arbitrary: fc.constantFrom('set', 'set', 'replace', 'abort').map((shape) => ({ type: 'report', shape }) as const),
  },
  { weight: 8, arbitrary: short.map((inMs) => ({ type: 'wait', inMs }) as const) },
  { weight: 6, arbitrary: fc.constant({ type: 'calm' } as const) },
  { weight: 5, arbitrary: weather.map((given) => ({ type: 'weather', weather: given }) as const) },
  { weight: 2, arbitrary: fc.constant({ type: 'cut' } as const) },
  { weight: 2, arbitrary: fc.constant({ type: 'refresh' } as const) },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constantFrom('lose-answer' as const, 'delay-answer' as const, 'throttle' as const),
      times: some,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('answer' as const),
      status: fc.constantFrom(400 as const, 500 as const, 503 as const),
      times: some,
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constantFrom('lose-notification' as const, 'duplicate-notification' as const, 'refuse-connect' as const),
      times: some,
    }),
  },
  { weight: 2, arbitrary: fc.constant({ type: 'drop' } as const) },
  { weight: 2, arbitrary: fc.constant({ type: 'stale' } as const) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom(...(Object.keys(nonsense) as (keyof typeof nonsense)[]))
      .map((message) => ({ type: 'nonsense', message }) as const),
  },
  { weight: 1, arbitrary: fc.constant({ type: 'restart' } as const) },
  { weight: 2, arbitrary: fc.constantFrom({ type: 'wake' } as const, { type: 'sleep' } as const) },
)

export interface Plan {
  readonly steps: readonly Step[]
  /** How long each token seems to be good for, so that renewals fall in between. */
  readonly tokenLifeInMs: number
  /** Of the client's own chance. */
  readonly seed: number
}

export const anyPlan: fc.Arbitrary<Plan> = fc.record({
  steps: fc.array(step, { minLength: 5, maxLength: 30 }),
  tokenLifeInMs: fc.constantFrom(150, 400, 3_600_000),
  seed: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
})
