import { openLightDeviceWire } from '../../core/src/runtime/light-device-wire.ts'
import { openMqttWire } from '../../core/src/runtime/mqtt-wire.ts'
import type { OpenDeviceWire } from '../../core/src/session/wire.ts'

/** The transport of a device. Every guarantee holds for each transport. */
export interface Transport {
  readonly openWire: OpenDeviceWire
  readonly pipelining: boolean
}

export const transports = {
  light: { openWire: openLightDeviceWire, pipelining: true },
  'light without pipelining': { openWire: openLightDeviceWire, pipelining: false },
  'mqtt.js': { openWire: openMqttWire, pipelining: true },
  'mqtt.js without pipelining': { openWire: openMqttWire, pipelining: false },
} as const satisfies Record<string, Transport>

export type TransportName = keyof typeof transports
