import type { Registry } from '../hub/registry.ts'
import { isFinal } from '../rollout/device-state.ts'
import { paceOf, type Tier } from '../rollout/pace.ts'
import { type Fleet, rollOut } from '../rollout/rollout.ts'
import { lineScreen, liveScreen, tableText } from '../rollout/screen.ts'
import { tally, tallyText } from '../rollout/tally.ts'
import { stopSignal } from '../runtime/stop-signal.ts'
import { print, printNotice } from '../terminal.ts'
import { usesLocalHub } from './hub-from-environment.ts'

export interface RolloutFirmwareOptions {
  readonly where?: string
  readonly tier?: Tier
  readonly units: number
  readonly rate?: number
  readonly timeout: number
  readonly silence: number
  readonly retryFailed?: boolean
}

/** Exit codes. Every other failure of the command line also exits with 1. */
const EXIT = { done: 0, failed: 1, unfinished: 3 } as const

const MAX_ROWS = 50

/**
 * Rolls out firmware and prints its progress until each device is done or failed, the time is over,
 * or Ctrl+C stops it.
 */
export async function rolloutFirmware(
  registry: Registry,
  version: string,
  options: RolloutFirmwareOptions,
): Promise<number> {
  // The characters that devices accept in a version (docs/guides/rollout.md).
  if (!/^[^\s\p{Cc}\p{Cf}\p{Cs}]{1,64}$/u.test(version)) {
    throw new SyntaxError(`Version is ${JSON.stringify(version)}; expected 1 to 64 characters without white space`)
  }
  const { where, units, rate, retryFailed } = options
  const pace = paceOf(options.tier ?? (usesLocalHub() ? 'local' : 'S1'), units, rate)
  const stop = new AbortController()
  void stopSignal().then(() => stop.abort('stopped'))
  const timer = setTimeout(() => stop.abort('timeout'), options.timeout * 60_000)
  const isLive = process.stdout.isTTY
  const screen = isLive ? liveScreen(version) : lineScreen(print)
  const rollout = new Date().toISOString()

  try {
    const onEvent = screen.show.bind(screen)
    const fleet = await rollOut(registry, {
      version,
      where,
      rollout,
      retryFailed,
      pace,
      signal: stop.signal,
      onEvent,
      silenceInMs: options.silence * 1000,
    })
    screen.end()
    if (fleet.size === 0) {
      throw new RangeError(where === undefined ? 'The hub has no device' : `No device matches --where ${where}`)
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
  // The live screen already shows the table.
  if (!isLive && counts.done < fleet.size) print(...tableText(fleet, MAX_ROWS).split('\n'))
  print(`${version} on ${fleet.size} ${fleet.size === 1 ? 'device' : 'devices'}: ${tallyText(counts)}`)
  if (!isOver) {
    printNotice(
      `${reason === 'timeout' ? `Reached the limit of ${timeout} min` : 'Stopped'}: ${counts.done} of ${fleet.size} done, ${counts.failed} failed`,
      'Devices keep their desired firmware and may still finish',
      'To continue, run the same command again; --timeout sets another limit in minutes',
    )
    return EXIT.unfinished
  }
  if (counts.failed === 0) return EXIT.done
  printNotice('The same command with --retry-failed retries the failed devices')
  return EXIT.failed
}
