import Table from 'cli-table3'
import logUpdate from 'log-update'
import { printable } from '../tokens/base/printable.ts'
import type { FirmwareRollout } from './firmware-configuration.ts'
import { countsOf, isOver, progressText } from './rollout-counts.ts'
import { barOf, roomForRows } from './screen.ts'
import type { FailedDevice, RolloutState } from './watch-rollout.ts'

/** Shows the progress of a task of the hub. */
export interface HubScreen<State> {
  show(state: State): void
  /** Shows a line below the progress, until the next state. */
  note(text: string): void
  /** Draws the final state and releases the screen. */
  end(): void
}

/**
 * Creates a screen: on a terminal, it redraws in place; in a file or a pipe, it prints a line for
 * each change.
 *
 * @param format the lines of a state, the first of which is its summary
 */
export function hubScreen<State>(
  isLive: boolean,
  format: (state: State, isLive: boolean) => readonly string[],
  print: (line: string) => void,
): HubScreen<State> {
  if (!isLive) {
    let last = ''
    return {
      show(state) {
        const line = format(state, false)[0] ?? ''
        if (line !== last) print(line)
        last = line
      },
      note: print,
      end: () => undefined,
    }
  }
  let lines: readonly string[] = []
  return {
    show(state) {
      lines = format(state, true)
      logUpdate(lines.join('\n'))
    },
    note: (text) => logUpdate([...lines, text].join('\n')),
    end() {
      logUpdate(lines.join('\n'))
      logUpdate.done()
    },
  }
}

/** The progress of a rollout: `1.3.0: 3 waiting, 17 done`, or a bar and a table of failures. */
export function rolloutLines({ rollout, counts, failures }: RolloutState, isLive: boolean): readonly string[] {
  const version = rollout.isPaused ? `${rollout.version} (paused)` : rollout.version
  if (counts === undefined) return [`${printable(version)}: the hub has not counted its devices yet`]
  const details = progressText(counts)
  if (!isLive) return [`${printable(version)}: ${details}`]
  const bar = barOf(version, counts.done + counts.failed, counts.targeted, details)
  const table = failureTable(failures, roomForRows())
  return [bar, ...(isOver(counts) || table === '' ? [] : [table])]
}

/** Formats rollouts as a table. */
export function rolloutTable(rollouts: readonly FirmwareRollout[]): string {
  const head = ['version', 'devices', 'state', 'progress']
  const table = new Table({ head, style: { head: [], border: [], compact: true } })
  for (const { version, where, isPaused, configuration } of rollouts) {
    const counts = countsOf(configuration)
    const progress = counts === undefined ? 'not counted yet' : progressText(counts)
    table.push([printable(version), printable(where ?? 'all'), isPaused ? 'paused' : 'active', progress])
  }
  return table.toString()
}

/** Formats failed devices as a table with at most `rows` rows. */
export function failureTable(failures: readonly FailedDevice[], rows: number): string {
  if (failures.length === 0) return ''
  const table = new Table({ head: ['device', 'error'], style: { head: [], border: [], compact: true } })
  for (const { deviceId, error } of failures.slice(0, rows))
    table.push([printable(deviceId), shorten(printable(error))])
  const rest = failures.length - rows
  return rest > 0 ? `${table.toString()}\nand ${rest} more` : table.toString()
}

function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}
