import type { Registry } from '../hub/registry.ts'
import { isFinal } from '../rollout/device-state.ts'
import { paceOf } from '../rollout/pace.ts'
import { type Fleet, rollOut, type RolloutEvent } from '../rollout/rollout.ts'
import { lineScreen, liveScreen, tableText } from '../rollout/screen.ts'
import { tally, tallyText } from '../rollout/tally.ts'
import { print, printNotice } from '../terminal.ts'
import { usesLocalHub } from './hub-from-environment.ts'
import { createReminder } from './reminder.ts'
import { checkFound, type RolloutFirmwareOptions } from './rollout-options.ts'
import { EXIT, endText, startWatching } from './watching.ts'

const MAX_ROWS = 50

/**
 * Sends the updates of a rollout at the pace of the hub, and prints the progress of each device. It
 * ends when all are done or failed, when the time is over, or at Ctrl+C.
 */
export async function rolloutByTerminal(
  registry: Registry,
  version: string,
  options: RolloutFirmwareOptions,
): Promise<number> {
  const { where, units, rate, retryFailed } = options
  const pace = paceOf(options.tier ?? (usesLocalHub() ? 'local' : 'S1'), units, rate)
  const watching = startWatching(options.timeout)
  const isLive = process.stdout.isTTY
  const screen = isLive ? liveScreen(version) : lineScreen(print)
  const rollout = new Date().toISOString()

  let latest: Fleet = new Map()
  // A live screen shows the progress of each device.
  const reminder = createReminder(options.silence, (seconds) => {
    if (!isLive) print(`${version}: ${tallyText(tally(latest)) || 'no device yet'}, unchanged for ${seconds} s`)
  })
  reminder.restart()
  try {
    const onEvent = (event: RolloutEvent): void => {
      screen.show(event)
      if (event.type !== 'changed') return
      latest = event.fleet
      reminder.restart()
    }
    const fleet = await rollOut(registry, {
      version,
      where,
      rollout,
      retryFailed,
      pace,
      signal: watching.signal,
      onEvent,
      silenceInMs: options.silence * 1000,
    })
    screen.end()
    checkFound(fleet.size, where)
    return summary(version, fleet, watching.signal, options, isLive)
  } finally {
    watching.end()
    reminder.stop()
  }
}

function summary(
  version: string,
  fleet: Fleet,
  signal: AbortSignal,
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
      `${endText(signal, timeout)}: ${counts.done} of ${fleet.size} done, ${counts.failed} failed`,
      'Devices keep their desired firmware and may still finish',
      'To continue, run the same command again; --timeout sets another limit in minutes',
    )
    return EXIT.unfinished
  }
  if (counts.failed === 0) return EXIT.done
  printNotice('The same command with --retry-failed retries the failed devices')
  return EXIT.failed
}
