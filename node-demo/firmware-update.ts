/**
 * Updates the firmware on request: downloads it, applies it, and reports the progress, until
 * Ctrl+C.
 */
import { parseArgs } from 'node:util'
import { openTwin } from 'hubtwin'
import {
  createReports,
  type FirmwareEvent,
  firmwareProperties,
  newFirmware,
  nextFirmware,
  patchOfProperties,
  THERMOSTAT_MODEL_ID,
} from 'hubtwin-device-models'
import { failUsage, HELP_OPTION, printHelp } from './arguments.ts'
import { deviceConnectionString } from './connection.ts'
import { print } from './terminal.ts'
import { closeOnInterrupt, fail, printWaiting } from './failures.ts'

/** The pace of progress reports: a hub accepts 50 reports per second from all its devices (S1). */
const PROGRESS_EVERY_IN_MS = 2000

const DESCRIPTION = 'Download, apply, and report the firmware that the hub requests, until Ctrl+C.'
const OPTIONS = [
  '  --fail-next                   Let the next update fail',
  '  --download-seconds <seconds>  The duration of a download (default: 20)',
  '  --apply-seconds <seconds>     The duration of an installation (default: 5)',
]

const options = readOptions()
const twin = openTwin(deviceConnectionString(), { modelId: THERMOSTAT_MODEL_ID })
console.log('Client created.')
printWaiting(twin)
closeOnInterrupt(twin)

await twin.ready().catch(fail('Error opening client'))
console.log('Client opened.')
console.log('Twin created.')

// The reported properties hold the running version and the last failure.
let firmware = newFirmware(twin.reported['firmware'], options)
printState()

const reports = createReports(async (patch) => {
  await twin.report(patch).catch(fail('Error updating reported properties'))
  print(`Reported: ${JSON.stringify(patch)}`)
})

if (options.failsNext) apply({ type: 'fail-next', isOn: true })
let isFirst = true
twin.onDesired(({ desired, patch, version }) => {
  const value = desired['firmware']
  const isChanged = isFirst || Object.hasOwn(patch, 'firmware')
  if (isChanged && (value !== undefined || !isFirst)) {
    print(`Desired firmware, version ${version}: ${JSON.stringify(value ?? null)}`)
  }
  apply(isChanged ? { type: 'desired', value, version, isFirst } : { type: 'tick' })
  isFirst = false
})
const timer = setInterval(() => apply({ type: 'tick' }), 200)
twin.onStatus(({ type }) => {
  if (type === 'closed') clearInterval(timer)
})

/** Computes the next state from the event, and reports the changes that the hub does not have. */
function apply(event: FirmwareEvent): void {
  const before = firmware
  const now = Date.now()
  firmware = nextFirmware(before, event, now)
  if (firmware.state.type !== before.state.type || firmware.version !== before.version) printState()
  if (twin.status.type !== 'ready') return
  const patch = patchOfProperties(firmwareProperties(firmware, now), twin.reported)
  reports.sendIfDue(patch, PROGRESS_EVERY_IN_MS, now)
}

function printState(): void {
  const { state, version } = firmware
  switch (state.type) {
    case 'idle':
    case 'done':
      return print(`Firmware ${version} runs.`)
    case 'failed':
      return print(`Failed: ${state.error}.`)
    default:
      return print(`${state.type === 'applying' ? 'Applying' : 'Downloading'} ${state.request.version}.`)
  }
}

function readOptions(): { failsNext: boolean; downloadInMs: number; applyInMs: number } {
  try {
    const { values } = parseArgs({
      options: {
        help: HELP_OPTION,
        'fail-next': { type: 'boolean', default: false },
        'download-seconds': { type: 'string', default: '20' },
        'apply-seconds': { type: 'string', default: '5' },
      },
    })
    if (values.help) printHelp('npm run demo:firmware-update', DESCRIPTION, OPTIONS)
    return {
      failsNext: values['fail-next'],
      downloadInMs: readSeconds('download-seconds', values['download-seconds']),
      applyInMs: readSeconds('apply-seconds', values['apply-seconds']),
    }
  } catch (error) {
    return failUsage(error)
  }
}

function readSeconds(name: string, text: string): number {
  const seconds = Number(text)
  if (text.trim() !== '' && seconds >= 0 && seconds <= 86_400) return seconds * 1000
  throw new RangeError(`--${name} is "${text}"; expected seconds from 0 to 86400`)
}
