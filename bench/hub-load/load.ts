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
export interface Load {
  readonly server: Server
  /** The number of connected devices. */
  readonly connected: number
  /**
   * Registers and opens devices up to a count.
   *
   * @returns the speed of connecting, without registration
   */
  growTo(count: number): Promise<Measured>
  /** @param phase the load of all processes together */
  run(phase: Phase): Promise<Measured>
  /** Measures the seconds from an action until every device has its desired patch. */
  untilAllNotified(act: () => Promise<unknown>): Promise<number>
  stop(): Promise<void>
}

/** @param parts the number of processes */
export function createLoad(server: Server, parts: number): Load {
  const processes = Array.from({ length: parts }, () => startRemote<LoadApi>('./load-process.ts'))
  let connected = 0

  async function measure(act: (each: Remote<LoadApi>, number: number) => Promise<Float64Array>): Promise<Measured> {
    const loadPids = processes.map(({ pid }) => pid)
    const [serverBefore, loadBefore] = [await processorTime(server.pid), await total(loadPids)]
    const begun = performance.now()
    const latencies = (await Promise.all(processes.map(act))).flatMap((each) => [...each])
    const seconds = (performance.now() - begun) / 1000
    const [serverAfter, loadAfter] = [await processorTime(server.pid), await total(loadPids)]
    return {
      perSecond: latencies.length / seconds,
      latencies: Float64Array.from(latencies).sort(),
      serverProcessor: (serverAfter - serverBefore) / latencies.length,
      loadProcessor: (loadAfter - loadBefore) / latencies.length,
    }
  }

  return {
    server,
    get connected() {
      return connected
    },
    async growTo(count) {
      const numbers = Array.from({ length: count - connected }, (_, index) => connected + index)
      await server.register(numbers)
      connected = count
      return measure(async (each, number): Promise<Float64Array> => {
        const opening: Opening = {
          target: server.target,
          process: number,
          devices: numbers.filter((at) => at % parts === number),
        }
        return each.call('open', opening)
      })
    },
    async run({ pace, ...phase }) {
      const part: Phase['pace'] =
        'inFlight' in pace ? { inFlight: pace.inFlight / parts } : { perSecond: pace.perSecond / parts }
      return measure(async (each) => (await each.call('run', { ...phase, pace: part })).latencies)
    },
    async untilAllNotified(act) {
      const all = processes.map((each) => each.call('allNotified', undefined))
      const begun = performance.now()
      await Promise.all([act(), ...all])
      return (performance.now() - begun) / 1000
    },
    async stop() {
      await Promise.all(processes.map((each) => each.stop()))
      await server.stop()
    },
  }
}

async function total(pids: readonly number[]): Promise<number> {
  const times = await Promise.all(pids.map(processorTime))
  return times.reduce((sum, each) => sum + each, 0)
}
