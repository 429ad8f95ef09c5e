import { setTimeout as delay } from 'node:timers/promises'
import type { Credentials } from '../../core/src/credentials/credentials.ts'
import { createDevice } from '../../core/src/device/create-device.ts'
import type { Device } from '../../core/src/device/device.ts'
import { type MethodCall, methods, type Methods } from '../../core/src/methods/index.ts'
import type { Clock } from '../../core/src/session/clock.ts'
import { telemetry, type Telemetry } from '../../core/src/telemetry/index.ts'
import type { CheckedOptions } from '../../core/src/twin/options.ts'
import type { Feature } from '../../core/src/device/feature.ts'
import type { Twin } from '../../core/src/twin/twin.ts'
import { ANSWERS, SLOW_IN_MS } from './feature-calls.ts'
import type { Plan } from './plan.ts'
import type { Transport } from './transport.ts'

export type FeatureSettings = Pick<Plan, 'overflow' | 'concurrency'>

/** A device with telemetry and methods, as a plan uses it. */
export interface DeviceFeatures {
  readonly twin: Twin
  readonly runs: readonly number[]
  send(n: number, padding: number, signal: AbortSignal): Promise<void>
  close(): Promise<void>
}

/** Lower than a burst. */
const MAX_MESSAGES = 8

/** Long for a busy machine, short for a plan. */
const ACKNOWLEDGE_TIMEOUT_IN_MS = 400
const RESPONSE_TIMEOUT_IN_MS = 2000

export function openFeatures(
  credentials: Credentials,
  options: CheckedOptions,
  { openWire }: Transport,
  clock: Clock,
  { overflow, concurrency }: FeatureSettings,
): DeviceFeatures {
  const use = {
    telemetry: telemetry({
      ...{ overflow, maxMessages: MAX_MESSAGES, acknowledgeTimeoutInMs: ACKNOWLEDGE_TIMEOUT_IN_MS },
    }),
    methods: methods({ concurrency, responseTimeoutInMs: RESPONSE_TIMEOUT_IN_MS }),
  }
  const created: unknown = createDevice(credentials, options, use, openWire, clock)
  // The properties of a device come from `use`, which no type can follow through a record.
  const device = created as Device<{ telemetry: Feature<Telemetry>; methods: Feature<Methods> }>
  const runs: number[] = []

  function readNumber({ payload }: MethodCall): number {
    const { n } = payload as { readonly n: number }
    runs.push(n)
    return n
  }

  device.methods.handle('quick', (call) => ANSWERS.quick(readNumber(call)))
  device.methods.handle('slow', async (call) => {
    const n = readNumber(call)
    await delay(SLOW_IN_MS)
    return ANSWERS.slow(n)
  })
  device.methods.handle('throw', (call) => {
    throw new Error(`No answer to call ${readNumber(call)}`)
  })
  return {
    twin: device.twin,
    runs,
    send: (n, padding, signal) => device.telemetry.send({ n, padding: ' '.repeat(padding) }, { signal }),
    close: () => device.close(),
  }
}
