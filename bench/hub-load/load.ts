import type { LoadApi, Opening, Phase } from './load-process.ts'
import { type Remote, startRemote } from './remote.ts'
import { type Server, processorTime } from './servers/server.ts'

/** The result of a phase, at both ends. */
export interface Measured {
  readonly perSecond: number
  /** Milliseconds of each answered request, sorted. */
  readonly latencies: Float64Array
  /** The server's processor time per request, in microseconds. */
  readonly serverProcessor: number
  /** The processor time of all load processes per request, in microseconds. */
  readonly loadProcessor: number
}

/** The devices of a server, spread over processes. */
export class Load {
  readonly server: Server
  readonly #processes: readonly Remote<LoadApi>[]
  #connected = 0

  constructor(server: Server, processes: number) {
    this.server = server
    this.#processes = Array.from({ length: processes }, () => startRemote<LoadApi>('./load-process.ts'))
  }

  get connected(): number {
    return this.#connected
  }

  /**
   * Registers and opens devices up to a count.
   *
   * @returns the speed of connecting, without registration
   */
  async growTo(count: number): Promise<Measured> {
    const numbers = Array.from({ length: count - this.#connected }, (_, index) => this.#connected + index)
    await this.server.register(numbers)
    this.#connected = count
    return this.#measure(async (each, number): Promise<Float64Array> => {
      const opening: Opening = {
        target: this.server.target,
        process: number,
        devices: numbers.filter((at) => at % this.#processes.length === number),
      }
      return each.call('open', opening)
    })
  }

  /** @param phase the load of all processes together */
  async run({ pace, ...phase }: Phase): Promise<Measured> {
    const parts = this.#processes.length
    const part: Phase['pace'] =
      'inFlight' in pace ? { inFlight: pace.inFlight / parts } : { perSecond: pace.perSecond / parts }
    return this.#measure(async (each) => (await each.call('run', { ...phase, pace: part })).latencies)
  }

  /** Measures the seconds from an action until every device has its desired patch. */
  async untilAllNotified(act: () => Promise<unknown>): Promise<number> {
    const all = this.#processes.map((each) => each.call('allNotified', undefined))
    const begun = performance.now()
    await Promise.all([act(), ...all])
    return (performance.now() - begun) / 1000
  }

  async stop(): Promise<void> {
    await Promise.all(this.#processes.map((each) => each.stop()))
    await this.server.stop()
  }

  async #measure(act: (each: Remote<LoadApi>, number: number) => Promise<Float64Array>): Promise<Measured> {
    const loadPids = this.#processes.map(({ pid }) => pid)
    const [serverBefore, loadBefore] = [await processorTime(this.server.pid), await total(loadPids)]
    const begun = performance.now()
    const latencies = (await Promise.all(this.#processes.map(act))).flatMap((each) => [...each])
    const seconds = (performance.now() - begun) / 1000
    const [serverAfter, loadAfter] = [await processorTime(this.server.pid), await total(loadPids)]
    return {
      perSecond: latencies.length / seconds,
      latencies: Float64Array.from(latencies).sort(),
      serverProcessor: (serverAfter - serverBefore) / latencies.length,
      loadProcessor: (loadAfter - loadBefore) / latencies.length,
    }
  }
}

async function total(pids: readonly number[]): Promise<number> {
  const times = await Promise.all(pids.map(processorTime))
  return times.reduce((sum, each) => sum + each, 0)
}
