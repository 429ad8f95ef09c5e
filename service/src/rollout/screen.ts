import cliProgress from 'cli-progress'
import Table from 'cli-table3'
import logUpdate from 'log-update'
import type { ServiceError } from '../hub/service-error.ts'
import { printable } from '../tokens/base/printable.ts'
import type { DeviceState } from './device-state.ts'
import type { Fleet, RolloutEvent } from './rollout.ts'
import { stateText, tally, tallyText } from './tally.ts'

/** Shows the progress of a rollout. */
export interface Screen {
  show(event: RolloutEvent): void
  /** Draws the final state and releases the screen. */
  end(): void
}

/** Creates a screen for a terminal: a progress bar and a table, redrawn in place. */
export function liveScreen(version: string): Screen {
  let fleet: Fleet = new Map()
  let notice = ''
  let advice = ''
  let timer: NodeJS.Timeout | undefined
  const draw = (): void => {
    timer = undefined
    const notices = [notice, advice].filter((text) => text !== '')
    logUpdate([barText(version, fleet), ...notices, tableText(fleet, roomForRows())].join('\n'))
  }
  return {
    show(event) {
      if (event.type === 'changed') fleet = event.fleet
      if (event.type === 'silent') advice = silenceText(event)
      notice = event.type === 'paused' ? pauseText(event) : notice
      if (event.type === 'changed' && event.state.type !== 'unset') notice = ''
      // A higher frame rate would only slow the rollout.
      timer ??= setTimeout(draw, 100)
    },
    end() {
      clearTimeout(timer)
      draw()
      logUpdate.done()
    },
  }
}

/** Creates a screen for a file or a pipe: a line for each step of a device, without percentages. */
export function lineScreen(print: (line: string) => void): Screen {
  const steps = new Map<string, DeviceState['type']>()
  return {
    show(event) {
      if (event.type === 'paused') return print(pauseText(event))
      if (event.type === 'silent') return print(silenceText(event))
      const { deviceId, state } = event
      if (steps.get(deviceId) === state.type) return
      steps.set(deviceId, state.type)
      if (state.type !== 'unset') print(`${printable(deviceId)}: ${stateText(state)}`)
    },
    end: () => undefined,
  }
}

/** Formats the devices that are not done as a table with at most `rows` rows. */
export function tableText(fleet: Fleet, rows: number): string {
  const open = [...fleet].filter(([, { type }]) => type !== 'done').sort(byUrgency)
  if (open.length === 0) return ''
  const table = new Table({ head: ['device', 'firmware'], style: { head: [], border: [], compact: true } })
  for (const [deviceId, state] of open.slice(0, rows)) table.push([printable(deviceId), stateText(state)])
  const rest = open.length - rows
  return rest > 0 ? `${table.toString()}\nand ${rest} more` : table.toString()
}

/** Formats the progress, such as `1.3.0 ███████░░░ 17/20 · 3 waiting, 17 done`. */
export function barText(version: string, fleet: Fleet): string {
  const counts = tally(fleet)
  return barOf(version, counts.done + counts.failed, fleet.size, tallyText(counts))
}

/** Formats a bar with its share and its details. */
export function barOf(name: string, over: number, total: number, details: string): string {
  const share = total === 0 ? 0 : Math.min(1, over / total)
  return `${printable(name)} ${cliProgress.Format.BarFormat(share, BAR)} ${over}/${total} · ${details}`
}

/** The library sets these options when it draws, but not when it only formats. */
const BAR = {
  barsize: 30,
  barGlue: '',
  barCompleteString: '█'.repeat(30),
  barIncompleteString: '░'.repeat(30),
} as cliProgress.Options

const URGENCY: readonly DeviceState['type'][] = ['failed', 'applying', 'downloading', 'waiting', 'unset', 'done']

function byUrgency([a, first]: [string, DeviceState], [b, second]: [string, DeviceState]): number {
  return URGENCY.indexOf(first.type) - URGENCY.indexOf(second.type) || a.localeCompare(b, 'en', { numeric: true })
}

/** Describes a wait for the hub. */
export function pauseText({ inMs, error }: { readonly inMs: number; readonly error: ServiceError }): string {
  return `Pausing for ${Math.ceil(inMs / 1000)} s: ${printable(error.message)}`
}

/** Names at most three devices: a fleet may have thousands. */
function silenceText({ deviceIds, inMs }: Extract<RolloutEvent, { type: 'silent' }>): string {
  const named = deviceIds.slice(0, 3).map(printable)
  const rest = deviceIds.length - named.length
  const names = [...named, ...(rest > 0 ? [`${rest} more`] : [])].join(', ')
  const subject = deviceIds.length === 1 ? 'is connected, but has' : 'are connected, but have'
  return (
    `${names} ${subject} not reacted for ${inMs / 1000} s. ` +
    'Perhaps no program on the device handles desired.firmware; npm run demo:firmware-update does.'
  )
}

/** Leaves room for the table's frame (four lines) and the other lines. */
export function roomForRows(): number {
  return Math.max(3, Math.min(20, (process.stdout.rows ?? 24) - 8))
}
