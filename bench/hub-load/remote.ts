import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** The functions that a process offers its parent. Each has a single argument. */
export type Api = Readonly<Record<string, (argument: never) => unknown>>

interface Call {
  readonly number: number
  readonly name: string
  readonly argument: unknown
}

interface Outcome {
  readonly number: number
  readonly value?: unknown
  readonly error?: string
}

/** Serves the parent's calls until the parent exits. */
export function serve(api: Api): void {
  process.on('message', ({ number, name, argument }: Call) => {
    const act = async (): Promise<unknown> => api[name]?.(argument as never)
    act().then(
      (value) => process.send?.({ number, value } satisfies Outcome),
      (error: unknown) => process.send?.({ number, error: String(error) } satisfies Outcome),
    )
  })
  process.on('disconnect', () => process.exit())
}

/** Another process. */
export interface Remote<Served extends Api> {
  readonly pid: number
  /** @throws Error with the other process's message, or if that process has ended */
  call<Name extends keyof Served & string>(
    name: Name,
    argument: Parameters<Served[Name]>[0],
  ): Promise<Awaited<ReturnType<Served[Name]>>>
  stop(): Promise<void>
}

/** Starts a program of this folder that calls `serve`. */
export function startRemote<Served extends Api>(file: string, nodeOptions: readonly string[] = []): Remote<Served> {
  return remote(
    fork(fileURLToPath(new URL(file, import.meta.url)), {
      execArgv: [...nodeOptions, '--import', 'tsx'],
      serialization: 'advanced',
    }),
  )
}

/** A process that serves calls over a channel. */
export function remote<Served extends Api>(child: ChildProcess): Remote<Served> {
  const pending = new Map<number, (outcome: Outcome) => void>()
  let last = 0
  child.on('message', (outcome: Outcome) => pending.get(outcome.number)?.(outcome))
  child.on('exit', (code, signal) => {
    for (const [number, settle] of pending) settle({ number, error: `ended with ${String(code ?? signal)}` })
  })
  // Ends the process even if the bench fails.
  process.once('exit', () => child.kill('SIGKILL'))
  return {
    pid: child.pid ?? 0,
    call(name, argument) {
      last += 1
      const number = last
      return new Promise((resolve, reject) => {
        pending.set(number, ({ value, error }) => {
          pending.delete(number)
          if (error === undefined) resolve(value as never)
          else reject(new Error(`${name}: ${error}`))
        })
        child.send({ number, name, argument } satisfies Call)
      })
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exit = once(child, 'exit')
      child.kill('SIGKILL')
      await exit
    },
  }
}
