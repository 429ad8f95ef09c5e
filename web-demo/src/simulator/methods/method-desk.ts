import type { JsonValue } from 'hubtwin/light'
import type { MethodCall, MethodHandler } from 'hubtwin/methods'

/** The response to a call, by hand or by a rule. */
export interface DeskResponse {
  readonly status: number
  /** `undefined` is an empty payload. */
  readonly payload?: JsonValue | undefined
}

/** The response to all calls of a method. */
export type Rule = { readonly delayInMs: number } & (
  | ({ readonly type: 'respond' } & DeskResponse)
  /** The handler throws, and the back end gets 500. */
  | { readonly type: 'fail' }
  /** No response at all, so that the call times out. */
  | { readonly type: 'ignore' }
)

/** A call that has arrived. */
export interface DeskCall {
  /** Counts from 1. */
  readonly id: number
  readonly name: string
  readonly payload: JsonValue | undefined
  /** Milliseconds since 1970. */
  readonly at: number
  readonly state: CallState
}

export type CallState =
  /** For a response by hand. */
  | { readonly type: 'waiting' }
  /** For the delay of the rule, or for the model. */
  | { readonly type: 'running'; readonly by: 'rule' | 'model' }
  | { readonly type: 'answered'; readonly status: number; readonly at: number }
  | { readonly type: 'failed'; readonly reason: string }
  /** No response can reach the back end any more. */
  | { readonly type: 'late'; readonly reason: string }

/** Collects the calls of direct methods, and answers them. */
export interface MethodDesk {
  /** The newest last. */
  readonly calls: readonly DeskCall[]
  readonly rules: ReadonlyMap<string, Rule>
  handle: MethodHandler
  /** Answers a waiting call. */
  answer(id: number, response: DeskResponse): void
  /** @param rule `undefined` removes the rule */
  setRule(name: string, rule: Rule | undefined): void
  clear(): void
}

const MAX_CALLS = 50

/**
 * @param modelMethods the handlers of the model, for methods without a rule
 * @param onChange called when `calls` or `rules` has changed
 */
export function createMethodDesk(modelMethods: ReadonlyMap<string, MethodHandler>, onChange: () => void): MethodDesk {
  const rules = new Map<string, Rule>()
  const answers = new Map<number, (response: DeskResponse) => void>()
  let calls: readonly DeskCall[] = []
  let lastId = 0

  function setState(id: number, state: CallState): void {
    calls = calls.map((call) => (call.id === id && !isOver(call.state) ? { ...call, state } : call))
    onChange()
  }

  async function handle(call: MethodCall): Promise<unknown> {
    const { name, payload, signal } = call
    const id = ++lastId
    const [rule, ofModel] = [rules.get(name), modelMethods.get(name)]
    const by = rule !== undefined ? 'rule' : 'model'
    const isByHand = rule === undefined && ofModel === undefined
    const state: CallState = isByHand ? { type: 'waiting' } : { type: 'running', by }
    calls = [...calls, { id, name, payload, at: Date.now(), state }].slice(-MAX_CALLS)
    onChange()
    const late = once(signal, (reason) => setState(id, { type: 'late', reason }))
    try {
      const task = rule !== undefined ? follow(rule, signal) : ofModel !== undefined ? ofModel(call) : waitForHand(id)
      // Nothing waits for a call that is over.
      const response = await Promise.race([Promise.resolve(task), late])
      if (!signal.aborted) setState(id, { type: 'answered', status: statusOf(response), at: Date.now() })
      return response
    } catch (error) {
      setState(id, { type: 'failed', reason: error instanceof Error ? error.message : String(error) })
      throw error
    } finally {
      answers.delete(id)
    }
  }

  function waitForHand(id: number): Promise<DeskResponse> {
    return new Promise((resolve) => answers.set(id, resolve))
  }

  return {
    get calls() {
      return calls
    },
    rules,
    handle,
    answer: (id, response) => answers.get(id)?.(response),
    setRule(name, rule) {
      if (rule === undefined) rules.delete(name)
      else rules.set(name, rule)
      onChange()
    },
    clear() {
      calls = []
      onChange()
    },
  }
}

function isOver({ type }: CallState): boolean {
  return type !== 'waiting' && type !== 'running'
}

async function follow(rule: Rule, signal: AbortSignal): Promise<DeskResponse> {
  if (rule.type === 'ignore') return await new Promise(() => {})
  await new Promise((resolve) => {
    const timer = setTimeout(resolve, rule.delayInMs)
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true })
  })
  if (rule.type === 'fail') throw new Error('The rule makes this call fail')
  const { status, payload } = rule
  return { status, payload }
}

/** @returns resolves when the signal aborts */
function once(signal: AbortSignal, onAbort: (reason: string) => void): Promise<undefined> {
  return new Promise((resolve) => {
    const abort = (): void => {
      onAbort((signal.reason as Error).message)
      resolve(undefined)
    }
    signal.addEventListener('abort', abort, { once: true })
  })
}

function statusOf(response: unknown): number {
  return (response as DeskResponse | undefined)?.status ?? 200
}
