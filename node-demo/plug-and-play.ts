/** A thermostat that follows the conventions of IoT Plug and Play, until Ctrl+C. */
import { type JsonValue, openDevice } from 'hubtwin'
import { methods } from 'hubtwin/methods'
import {
  buildAcknowledgmentPatch,
  buildComponentPatch,
  joinCommandName,
  listUnacknowledged,
  readAcknowledgment,
} from 'hubtwin/plug-and-play'
import { telemetry } from 'hubtwin/telemetry'
import { acceptOnlyHelp } from './arguments.ts'
import { deviceConnectionString } from './connection.ts'
import { closeOnInterrupt, fail, printWaiting } from './failures.ts'
import { print } from './terminal.ts'

/** The model is device-models/models/thermostat.json. No program reads it at run time. */
const MODEL_ID = 'dtmi:hubtwin:demo:Thermostat;1'
const CLIMATE = 'climate'
const TARGET = { component: CLIMATE, name: 'target' }
const MEASURE_EVERY_IN_MS = 2000

acceptOnlyHelp(
  'npm run demo:plug-and-play',
  'Acknowledge the target of a thermostat, send its temperature, and answer its command, until Ctrl+C.',
)
const use = { methods: methods(), telemetry: telemetry() }
const device = openDevice(deviceConnectionString(), { modelId: MODEL_ID, use })
const { twin } = device
console.log('Client created.')

let temperature = 18
const report = { maxTemp: temperature, minTemp: temperature }
device.methods.handle(joinCommandName({ component: CLIMATE, name: 'getMaxMinReport' }), ({ name }) => {
  print(`Answering command ${name}.`)
  return report
})
printWaiting(twin)
closeOnInterrupt(device)

await twin.ready().catch(fail('Error opening client'))
print(`Client opened as ${MODEL_ID}.`)

// The acknowledgment at the hub is the device's memory of its target.
const known = readAcknowledgment(twin.reported, TARGET)?.value
let target = isTarget(known) ? known : 20
if (known === undefined) await acknowledge(target, 203, 0, "the device's own")

// The first call has the changes since the device went offline.
twin.onDesired(() => {
  for (const { component, name, value, version } of listUnacknowledged(twin)) {
    if (component === TARGET.component && name === TARGET.name) void applyTarget(value, version)
  }
})

const timer = setInterval(() => void measure(), MEASURE_EVERY_IN_MS)
twin.onStatus(({ type }) => {
  if (type === 'closed') clearInterval(timer)
})

async function applyTarget(value: JsonValue, version: number): Promise<void> {
  if (!isTarget(value)) return acknowledge(target, 400, version, 'expected a number from 5 to 35')
  target = value
  await acknowledge(target, 200, version)
}

/** `ac` is a status code as in HTTP, and `av` the desired version that this acknowledges. */
async function acknowledge(value: number, ac: number, av: number, ad?: string): Promise<void> {
  const patch = buildAcknowledgmentPatch(TARGET, { value, ac, av, ad }, twin.reported)
  await twin.report(patch).catch(fail('Error acknowledging the target'))
  print(`Reported: ${JSON.stringify(patch)}`)
}

async function measure(): Promise<void> {
  temperature = Number((temperature + (target - temperature) / 4).toFixed(1))
  report.maxTemp = Math.max(report.maxTemp, temperature)
  report.minTemp = Math.min(report.minTemp, temperature)
  const failed = fail('Error sending the temperature')
  await device.telemetry.send({ temperature, target }).catch(failed)
  await twin.report(buildComponentPatch(CLIMATE, { temperature })).catch(failed)
  print(`Sent: temperature ${temperature}, target ${target}`)
}

function isTarget(value: JsonValue | undefined): value is number {
  return typeof value === 'number' && value >= 5 && value <= 35
}
