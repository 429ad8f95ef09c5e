import { openLightWire } from '../../core/src/runtime/light-wire.ts'
import { openMqttWire } from '../../core/src/runtime/mqtt-wire.ts'
import type { OpenWire } from '../../core/src/session/wire.ts'

/** The transport of a device. Every guarantee holds for each transport. */
export interface Transport {
  readonly openWire: OpenWire
  readonly pipelining: boolean
}

export const transports = {
  light: { openWire: openLightWire, pipelining: true },
  'light without pipelining': { openWire: openLightWire, pipelining: false },
  'mqtt.js': { openWire: openMqttWire, pipelining: true },
  'mqtt.js without pipelining': { openWire: openMqttWire, pipelining: false },
} as const satisfies Record<string, Transport>

export type TransportName = keyof typeof transports
