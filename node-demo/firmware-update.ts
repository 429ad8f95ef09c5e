/** A job that takes a while: the back end wants a firmware, the device downloads and applies it, and reports how far it is. Until Ctrl+C. */
import { parseArgs } from 'node:util'
import { openTwin } from 'hubtwin'
import {
  createReports,
  type FirmwareEvent,
  newFirmware,
  nextFirmware,
  patchOfPart,
  reportedFirmware,
} from 'hubtwin-device-models'
import { deviceConnectionString } from './connection.ts'
import { print } from './terminal.ts'
import { closeOnInterrupt, fail, tellWaiting } from './trouble.ts'

/** Progress is reported so often: a hub takes 50 reports a second from all its devices (S1). */
const PROGRESS_EVERY_IN_MS = 2000

const options = readOptions()
const twin = openTwin(deviceConnectionString())
console.log('Client created.')
tellWaiting(twin)
closeOnInterrupt(twin)

await twin.ready().catch(fail('Error opening client'))
console.log('Client opened.')
console.log('Twin created.')

// What the hub remembers of the last time: which version runs, and what failed.
let firmware = newFirmware(twin.reported['firmware'], options)
tellState()

const reports = createReports(async (patch) => {
  await twin.report(patch).catch(fail('Error updating reported properties'))
  print(`Reported: ${JSON.stringify(patch)}`)
})

if (options.failsNext) happen({ type: 'fail-next', isOn: true })
let isFirst = true
twin.onDesired(({ desired, patch, version }) => {
  const value = desired['firmware']
  const isNews = isFirst || Object.hasOwn(patch, 'firmware')
  if (isNews && (value !== undefined || !isFirst)) {
    print(`Desired firmware, version ${version}: ${JSON.stringify(value ?? null)}`)
  }
  happen(isNews ? { type: 'desired', value, version, isFirst } : { type: 'tick' })
  isFirst = false
})
const timer = setInterval(() => happen({ type: 'tick' }), 200)
twin.onStatus(({ type }) => {
  if (type === 'closed') clearInterval(timer)
})

/** Whatever happens goes through one function of what was; what of it the hub does not have is reported. */
function happen(event: FirmwareEvent): void {
  const before = firmware
  const now = Date.now()
  firmware = nextFirmware(before, event, now)
  if (firmware.state.type !== before.state.type || firmware.version !== before.version) tellState()
  if (twin.status.type !== 'ready') return
  const patch = patchOfPart('firmware', reportedFirmware(firmware, now, false), twin.reported)
  reports.look(patch, PROGRESS_EVERY_IN_MS, now)
}

function tellState(): void {
  const { state, version } = firmware
  switch (state.type) {
    case 'idle':
    case 'done':
      return print(`Firmware ${version} runs.`)
    case 'failed':
      return print(`Failed: ${state.error}.`)
    default:
      return print(`${state.type === 'applying' ? 'Applying' : 'Downloading'} ${state.wish.version}.`)
  }
}

function readOptions(): { failsNext: boolean; downloadInMs: number; applyInMs: number } {
  try {
    const { values } = parseArgs({
      options: {
        'fail-next': { type: 'boolean', default: false },
        'download-seconds': { type: 'string', default: '20' },
        'apply-seconds': { type: 'string', default: '5' },
      },
    })
    return {
      failsNext: values['fail-next'],
      downloadInMs: readSeconds('download-seconds', values['download-seconds']),
      applyInMs: readSeconds('apply-seconds', values['apply-seconds']),
    }
  } catch (error) {
    return fail('Error in the options')(error)
  }
}

function readSeconds(name: string, text: string): number {
  const seconds = Number(text)
  if (text.trim() !== '' && seconds >= 0 && seconds <= 86_400) return seconds * 1000
  throw new RangeError(`--${name} is "${text}"; seconds from 0 to 86400 are needed`)
}
