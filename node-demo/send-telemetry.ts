/** Sends the temperature and humidity of a room as telemetry, until Ctrl+C or a count. */
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { openDevice } from 'hubtwin'
import { telemetry } from 'hubtwin/telemetry'
import { failUsage, HELP_OPTION, printHelp } from './arguments.ts'
import { deviceConnectionString } from './connection.ts'
import { closeOnInterrupt, fail, printWaiting } from './failures.ts'
import { print } from './terminal.ts'

/** Above it, the message has the property that a route of the hub can select. */
const ALERT_ABOVE_IN_DEGREES = 28

const DESCRIPTION = 'Send the temperature and humidity of a room as telemetry, until Ctrl+C.'
const OPTIONS = [
  '  --count <n>           Stop after this number of messages',
  '  --interval <seconds>  The time between two messages (default: 2)',
]

const { count, intervalInMs } = readOptions()
const device = openDevice(deviceConnectionString(), {
  modelId: 'dtmi:hubtwin:demo:Thermostat;1',
  use: { telemetry: telemetry() },
})
console.log('Client created.')
printWaiting(device.twin)
const stopped = new AbortController()
closeOnInterrupt({ close: async () => stopped.abort() })

await device.twin.ready({ signal: stopped.signal }).catch(failUnlessStopped('Error opening client'))
if (!stopped.signal.aborted) console.log('Client opened.')

for (let sent = 0; sent < count && !stopped.signal.aborted; sent++) {
  if (sent > 0) await delay(intervalInMs, undefined, { signal: stopped.signal }).catch(() => undefined)
  if (stopped.signal.aborted) break
  const room = {
    temperature: Number((20 + Math.random() * 10).toFixed(1)),
    humidity: Math.round(60 + Math.random() * 20),
  }
  const properties = { temperatureAlert: String(room.temperature > ALERT_ABOVE_IN_DEGREES) }
  print(`Sending message: ${JSON.stringify(room)}`)
  // The promise resolves when the hub has stored the message. Without a connection, it waits.
  await device.telemetry
    .send(room, { properties, signal: stopped.signal })
    .then(() => print(`Message ${sent + 1} is stored by the hub.`), failUnlessStopped('Error sending message'))
}
await device.close()

function failUnlessStopped(what: string): (error: unknown) => void {
  return (error) => {
    if (!stopped.signal.aborted) fail(what)(error)
  }
}

function readOptions(): { count: number; intervalInMs: number } {
  try {
    const { values } = parseArgs({
      options: { help: HELP_OPTION, count: { type: 'string' }, interval: { type: 'string', default: '2' } },
    })
    if (values.help) printHelp('npm run demo:send-telemetry', DESCRIPTION, OPTIONS)
    const seconds = Number(values.interval)
    if (values.interval.trim() === '' || !(seconds >= 0 && seconds <= 86_400)) {
      throw new RangeError(`--interval is "${values.interval}"; expected seconds from 0 to 86400`)
    }
    return { count: values.count === undefined ? Infinity : readCount(values.count), intervalInMs: seconds * 1000 }
  } catch (error) {
    return failUsage(error)
  }
}

function readCount(text: string): number {
  const number = Number(text)
  if (/^\d{1,9}$/.test(text) && number >= 1) return number
  throw new RangeError(`--count is "${text}"; expected a whole number from 1 to 999999999`)
}
