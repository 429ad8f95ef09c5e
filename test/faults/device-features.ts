import { setTimeout as delay } from 'node:timers/promises'
import type { Credentials } from '../../core/src/credentials/credentials.ts'
import { createDevice } from '../../core/src/device/create-device.ts'
import type { Device } from '../../core/src/device/device.ts'
import { type Messages, messages } from '../../core/src/messages/index.ts'
import { type MethodCall, methods, type Methods } from '../../core/src/methods/index.ts'
import type { Clock } from '../../core/src/session/clock.ts'
import { telemetry, type Telemetry } from '../../core/src/telemetry/index.ts'
import type { CheckedOptions } from '../../core/src/twin/options.ts'
import type { Feature } from '../../core/src/device/feature.ts'
import type { Twin } from '../../core/src/twin/twin.ts'
import type { Handled } from './client.ts'
import { ANSWERS, SLOW_IN_MS } from './feature-calls.ts'
import type { Plan } from './plan.ts'
import type { Transport } from './transport.ts'

export interface FeatureSettings extends Pick<Plan, 'overflow' | 'concurrency' | 'persistentSession'> {
  /** @default a queue that a burst exceeds */
  readonly maxMessages?: number
}

/** A device with telemetry and methods, as a plan uses it. */
export interface DeviceFeatures {
  readonly twin: Twin
  readonly runs: readonly number[]
  readonly handled: readonly Handled[]
  send(n: number, padding: number, signal: AbortSignal): Promise<void>
  close(): Promise<void>
}

/** Lower than a burst. */
const MAX_MESSAGES = 8

/** Long for a busy machine, short for a plan. */
const ACKNOWLEDGE_TIMEOUT_IN_MS = 400
const RESPONSE_TIMEOUT_IN_MS = 2000

/** Long enough for a fault while the app has a message. */
const HANDLING_IN_MS = 15

/** The app fails with the first attempt of each of these messages. */
const FAILING_EACH = 4

export function openFeatures(
  credentials: Credentials,
  options: CheckedOptions,
  { openWire }: Transport,
  clock: Clock,
  { overflow, concurrency, persistentSession, maxMessages = MAX_MESSAGES }: FeatureSettings,
): DeviceFeatures {
  const use = {
    telemetry: telemetry({
      ...{ overflow, maxMessages, acknowledgeTimeoutInMs: ACKNOWLEDGE_TIMEOUT_IN_MS },
    }),
    messages: messages({ persistentSession, retryDelayInMs: 10, maxRetryDelayInMs: 50 }),
    methods: methods({ concurrency, responseTimeoutInMs: RESPONSE_TIMEOUT_IN_MS }),
  }
  const created: unknown = createDevice(credentials, options, use, openWire, clock)
  // The properties of a device come from `use`, which no type can follow through a record.
  const device = created as Device<{
    telemetry: Feature<Telemetry>
    messages: Feature<Messages>
    methods: Feature<Methods>
  }>
  const runs: number[] = []
  const handled: Handled[] = []

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
  device.messages.listen(async ({ text }) => {
    const { n } = JSON.parse(text) as { readonly n: number }
    const handle = (type: Handled['type']): void => void handled.push({ type, n, atInMs: performance.now() })
    const isFirst = handled.every((other) => other.n !== n)
    handle('taken')
    await delay(HANDLING_IN_MS)
    if (isFirst && n % FAILING_EACH === 0) throw new Error(`No success with message ${n}`)
    handle('accepted')
  })
  return {
    twin: device.twin,
    runs,
    handled,
    send: (n, padding, signal) => device.telemetry.send({ n, padding: ' '.repeat(padding) }, { signal }),
    close: () => device.close(),
  }
}
