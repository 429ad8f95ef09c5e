import { meansLocalHub } from './hub-from-environment.ts'
import type { Registry } from '../hub/registry.ts'
import { isFinal } from '../rollout/device-state.ts'
import { paceOf, type Tier } from '../rollout/pace.ts'
import { rollOut, type Fleet } from '../rollout/rollout.ts'
import { lineScreen, liveScreen, tableText } from '../rollout/screen.ts'
import { tally, tallyText } from '../rollout/tally.ts'
import { stopSignal } from '../runtime/stop-signal.ts'
import { print, printNotice } from '../terminal.ts'

export interface RolloutFirmwareOptions {
  readonly where?: string
  readonly tier?: Tier
  readonly units: number
  readonly rate?: number
  readonly timeout: number
  readonly retryFailed?: boolean
}

/** What the exit code tells. 1 is also what every other failure of the command line exits with. */
const EXIT = { done: 0, failed: 1, unfinished: 3 } as const

const ROWS_IN_THE_END = 50

/** Rolls firmware out, and tells how it goes until each device is done or failed, the time is over, or somebody stops it. */
export async function rolloutFirmware(
  registry: Registry,
  version: string,
  options: RolloutFirmwareOptions,
): Promise<number> {
  // docs/firmware-update.md
  if (!/^[^\s\p{Cc}\p{Cf}\p{Cs}]{1,64}$/u.test(version)) {
    throw new SyntaxError(`Version is ${JSON.stringify(version)}; 1 to 64 characters without white space are wanted`)
  }
  const { where, units, rate, retryFailed } = options
  const pace = paceOf(options.tier ?? (meansLocalHub() ? 'local' : 'S1'), units, rate)
  const stop = new AbortController()
  void stopSignal().then(() => stop.abort('stopped'))
  const timer = setTimeout(() => stop.abort('timeout'), options.timeout * 60_000)
  const isLive = process.stdout.isTTY
  const screen = isLive ? liveScreen(version) : lineScreen(print)
  const rollout = new Date().toISOString()

  try {
    const onEvent = screen.show.bind(screen)
    const fleet = await rollOut(registry, { version, where, rollout, retryFailed, pace, signal: stop.signal, onEvent })
    screen.end()
    if (fleet.size === 0) {
      throw new RangeError(where === undefined ? 'The hub has no device' : `No device fits --where ${where}`)
    }
    return summary(version, fleet, stop.signal, options, isLive)
  } finally {
    clearTimeout(timer)
  }
}

function summary(
  version: string,
  fleet: Fleet,
  { reason }: AbortSignal,
  { timeout }: RolloutFirmwareOptions,
  isLive: boolean,
): number {
  const counts = tally(fleet)
  const isOver = [...fleet.values()].every(isFinal)
  // The last live picture has the table already.
  if (!isLive && counts.done < fleet.size) print(...tableText(fleet, ROWS_IN_THE_END).split('\n'))
  print(`${version} on ${fleet.size} ${fleet.size === 1 ? 'device' : 'devices'}: ${tallyText(counts)}`)
  if (!isOver) {
    printNotice(
      `${reason === 'timeout' ? `Not over within ${timeout} min` : 'Stopped'}; what is set stays set, and the same command goes on from here`,
    )
    return EXIT.unfinished
  }
  if (counts.failed === 0) return EXIT.done
  printNotice('Those that failed are asked once more by the same command with --retry-failed')
  return EXIT.failed
}
