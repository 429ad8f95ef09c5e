import type * as Vitest from 'vitest'

// Vitest looks for the state of its worker when it is loaded. The two parts of it that the tests
// use here, `expect` and `vi`, need no more than this of it.
Object.assign(globalThis, {
  __vitest_worker__: { config: { fakeTimers: {}, expect: {}, chaiConfig: {} }, environment: { name: 'node' } },
})
const vitest: typeof Vitest = await import('vitest')

const POLL_TIMEOUT_IN_MS = 1000
const POLL_INTERVAL_IN_MS = 20

type Matchers = Record<string, (...args: unknown[]) => void>

/** `expect.poll()` of vitest works inside a test of vitest only. */
function poll(read: () => unknown): object {
  const matchersOf = (isNegated: boolean): object =>
    new Proxy(
      {},
      {
        get: (_, name: string) =>
          name === 'not'
            ? matchersOf(true)
            : async (...args: unknown[]) => {
                const deadline = Date.now() + POLL_TIMEOUT_IN_MS
                for (;;) {
                  const assertion = vitest.expect(await read())
                  const matchers = (isNegated ? assertion.not : assertion) as unknown as Matchers
                  try {
                    return matchers[name]?.(...args)
                  } catch (error) {
                    if (Date.now() > deadline) throw error
                    await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL_IN_MS))
                  }
                }
              },
      },
    )
  return matchersOf(false)
}

export const vi = vitest.vi
export const expect = Object.assign(
  (...args: Parameters<typeof vitest.expect>) => vitest.expect(...args),
  vitest.expect,
  { poll },
)
