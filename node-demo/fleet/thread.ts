import { createHistogram } from 'node:perf_hooks'
import { parentPort, workerData } from 'node:worker_threads'
import type { TwinError } from 'hubtwin/light'
import { createCounters } from './counters.ts'
import { type FleetDevice, openFleetDevice } from './device.ts'
import type { DeviceSettings } from './reporting.ts'
import { connectionStringAt, type Roster, sizeOf } from './roster.ts'
import type { FailureSample, ThreadMessage, ThreadOrder, ThreadStart } from './thread-messages.ts'

// A worker thread of the fleet. It owns every `threads`-th device, starts them in order, and closes
// them at the end.

const TICK_IN_MS = 100

const { roster, settings, thread, threads, counterBuffer } = workerData as ThreadStart
const port = parentPort
if (port === null) throw new Error('This module runs in a worker thread')

const counters = createCounters(counterBuffer)
const [reportTimes, telemetryTimes, syncTimes] = [createHistogram(), createHistogram(), createHistogram()]
const devices: FleetDevice[] = []
const known = new Set<string>()

// The main thread reads the same histograms.
notifyMain({ type: 'meters', reportTimes, telemetryTimes, syncTimes })

const timer = setInterval(() => {
  const now = Date.now()
  for (const device of devices) device.tick(now)
}, TICK_IN_MS)

port.on('message', (order: ThreadOrder) => {
  if (order.type === 'start') start(order.count)
  else void stop()
})

function start(count: number): void {
  for (let each = 0; each < count; each++) {
    const index = thread + threads * devices.length
    if (index < sizeOf(roster)) devices.push(openDevice(roster, index, settings))
  }
}

function openDevice(of: Roster, index: number, deviceSettings: DeviceSettings): FleetDevice {
  counters.add('started')
  const connectionString = connectionStringAt(of, index)
  return openFleetDevice(connectionString, deviceSettings, { counters, reportTimes, telemetryTimes, syncTimes, failed })
}

/** Sends the main thread the first failure of each kind. A thousand more would add nothing. */
function failed(error: TwinError): void {
  const cause = systemCodeOf(error)
  const kind = `${error.code} ${cause ?? ''}`
  if (known.has(kind)) return
  known.add(kind)
  const failure: FailureSample = { code: error.code, message: error.message, ...(cause !== undefined && { cause }) }
  notifyMain({ type: 'failure', failure })
}

async function stop(): Promise<void> {
  clearInterval(timer)
  await Promise.all(devices.map((device) => device.close()))
  notifyMain({ type: 'stopped' })
  port?.close()
}

function notifyMain(message: ThreadMessage): void {
  port?.postMessage(message)
}

/** The system error code behind a failed connection, such as EMFILE or ECONNREFUSED. */
function systemCodeOf(error: TwinError): string | undefined {
  for (let cause: unknown = error.cause; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string') return cause.code
  }
  return undefined
}
