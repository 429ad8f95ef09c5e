import type { Feature } from '../../core/src/device/feature.ts'
import { telemetry, type Telemetry, type TelemetryOptions } from '../../core/src/telemetry/index.ts'
import type { TwinOptions } from '../../core/src/twin/options.ts'
import { openReadyDevice, type ScriptedDevice } from './open-scripted-device.ts'

export type WithTelemetry = ScriptedDevice<{ telemetry: Feature<Telemetry> }>

export const openReady = (options?: TelemetryOptions, ofTwin?: TwinOptions): Promise<WithTelemetry> =>
  openReadyDevice({ telemetry: telemetry(options) }, ofTwin)

/** The bodies of the telemetry on a connection, in order. */
export function bodies({ hub }: WithTelemetry, wire = hub.wire): string[] {
  return wire.sent.filter(({ topic }) => topic.includes('/messages/events/')).map(({ payload }) => payload)
}

/** The message IDs on a connection, in order. */
export function ids({ hub }: WithTelemetry, wire = hub.wire): (string | null)[] {
  return wire.sent
    .filter(({ topic }) => topic.includes('/messages/events/'))
    .map(({ topic }) => new URLSearchParams(topic.split('/').at(-1)).get('$.mid'))
}
