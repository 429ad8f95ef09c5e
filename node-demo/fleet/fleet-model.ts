import type { JsonObject } from 'hubtwin/light'
import {
  type Device,
  type Kiosk,
  KIOSK_MODEL_ID,
  kioskProperties,
  newDevice,
  nextDevice,
  patchOfProperties,
  patchToReport,
  THERMOSTAT_MODEL_ID,
  showDesired,
  temperatureAt,
} from 'hubtwin-device-models'

/** The devices that a fleet can simulate. */
export const MODEL_NAMES = ['thermostat', 'firmware', 'kiosk'] as const

export type ModelName = (typeof MODEL_NAMES)[number]

/** The state of a simulated device. Immutable. */
export type Model =
  | { readonly type: 'thermostat' | 'firmware'; readonly device: Device }
  | { readonly type: 'kiosk'; readonly kiosk: Kiosk }

/** The part of hubtwin's `DesiredChange` that a model needs. */
export interface Desired {
  readonly desired: JsonObject
  readonly patch: JsonObject
  readonly version: number
  /** The twin was just read, so this is not a new request. */
  readonly isFirst: boolean
}

/** The key of `reported` that a model writes. */
const PARTS = { thermostat: 'climate', firmware: 'firmware', kiosk: 'kiosk' } as const

/**
 * @param reported the device's reported properties at the hub, from an earlier run
 * @param seed from 0 to 1: the differences between devices
 */
export function newModel(type: ModelName, seed: number, reported: JsonObject, now: number): Model {
  if (type === 'kiosk') return { type, kiosk: showDesired({}, 0) }
  const options = { temperature: 15 + 10 * seed, sway: { by: 0.5, phase: seed } }
  return { type, device: newDevice(now, reported, options) }
}

export function withDesired(model: Model, change: Desired, now: number): Model {
  if (model.type === 'kiosk') return { type: 'kiosk', kiosk: showDesired(change.desired, change.version) }
  return { type: model.type, device: nextDevice(model.device, { type: 'desired', ...change }, now) }
}

/** Advances the clock of the model. A kiosk has none. */
export function atTime(model: Model, now: number): Model {
  return model.type === 'kiosk' ? model : { type: model.type, device: nextDevice(model.device, { type: 'tick' }, now) }
}

/** Whether the device changes without a desired change, so that its thread has to update it. */
export function isBusy(model: Model): boolean {
  if (model.type !== 'firmware') return false
  const { type } = model.device.firmware.state
  return type === 'downloading' || type === 'applying'
}

/** Returns the patch that brings `reported` up to date with the model, or `{}`. */
export function patchOf(model: Model, reported: JsonObject, now: number): JsonObject {
  if (model.type === 'kiosk') return patchOfProperties(kioskProperties(model.kiosk), reported)
  const part = PARTS[model.type]
  const patch = patchToReport(model.device, reported, now)
  const own = patch[part]
  return own === undefined ? {} : { [part]: own }
}

/** A message of a device. */
export interface ModelTelemetry {
  readonly body: JsonObject
  /** The component that sends the message; `undefined` for the root. */
  readonly component?: string
}

/** The telemetry of a device at a time. */
export function telemetryOf(model: Model, now: number): ModelTelemetry {
  switch (model.type) {
    case 'thermostat':
      return { body: { temperature: Math.round(temperatureAt(model.device.thermostat, now) * 10) / 10 } }
    case 'firmware': {
      const { version, state } = model.device.firmware
      return { body: { runningVersion: version, updateStatus: state.type }, component: 'firmware' }
    }
    case 'kiosk':
      return { body: { version: model.kiosk.version } }
  }
}

/** The ID of the model, which the device announces when it connects. */
export function modelIdOf(type: ModelName): string {
  return type === 'kiosk' ? KIOSK_MODEL_ID : THERMOSTAT_MODEL_ID
}
