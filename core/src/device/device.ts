import type { TwinStatus } from '../protocol/machine-states.ts'
import type { JsonObject } from '../protocol/json.ts'
import type { TwinOptions } from '../twin/options.ts'
import type { Twin } from '../twin/twin.ts'
import type { FeatureSet } from './attach-features.ts'
import type { Feature } from './feature.ts'

/** The options of `openTwin`, and the features of the device. */
export interface DeviceOptions<Use extends FeatureSet = FeatureSet> extends TwinOptions {
  /**
   * The features, by the names of their properties of the device: `{ telemetry: telemetry() }`.
   * @default none
   */
  readonly use?: Use | undefined
}

/**
 * A device or a module: its twin and its features over a single connection.
 *
 * @typeParam Use the option `use`
 * @typeParam Desired the properties that the back end sets, as far as the app knows
 * @typeParam Reported the properties that the device reports
 * @example
 * ```ts
 * import { type Device, type DeviceOptions, openDevice } from 'hubtwin'
 * import { telemetry } from 'hubtwin/telemetry'
 *
 * declare const connectionString: string
 * const use = { telemetry: telemetry() }
 * const options: DeviceOptions<typeof use> = { use, modelId: 'dtmi:com:example:Thermostat;1' }
 * const device: Device<typeof use> = openDevice(connectionString, options)
 * await device.telemetry.send({ temperature: 21.5 })
 * await device.close()
 * ```
 */
export type Device<
  Use extends FeatureSet = FeatureSet,
  Desired extends object = JsonObject,
  Reported extends object = JsonObject,
> = DeviceBase<Desired, Reported> & FeatureApis<Use>

/** The API of each feature, by its name. */
export type FeatureApis<Use extends FeatureSet> = {
  readonly [Name in keyof Use]: Use[Name] extends Feature<infer Api> ? Api : never
}

/**
 * A device without its features.
 *
 * @example
 * ```ts
 * import { type CloseOptions, type DeviceBase, openDevice } from 'hubtwin'
 *
 * // Works with a device of any features.
 * async function stop(device: DeviceBase, options: CloseOptions): Promise<void> {
 *   console.log(device.status.type)
 *   await device.close(options)
 * }
 *
 * declare const connectionString: string
 * await stop(openDevice(connectionString), { timeoutInMs: 1000 })
 * ```
 */
export interface DeviceBase<Desired extends object = JsonObject, Reported extends object = JsonObject> {
  /** The same as `openTwin` gives. Its `close` closes the device. */
  readonly twin: Twin<Desired, Reported>
  /** The status of the connection, which is also the twin's. */
  readonly status: TwinStatus
  /**
   * Calls with the current status soon, and then with each later status.
   *
   * @returns removes the listener
   */
  onStatus(listener: (status: TwinStatus) => void): () => void
  /**
   * Ends the device. Its features first finish what they can within a deadline: telemetry waits for
   * PUBACK, and running method handlers may still respond. Without a connection and between two
   * attempts, the device does not wait. Further calls join the first.
   *
   * @throws TypeError, RangeError for a wrong deadline
   */
  close(options?: CloseOptions): Promise<void>
}

export interface CloseOptions {
  /**
   * The deadline of the features. 0 ends the connection at once.
   * @default 5000
   */
  readonly timeoutInMs?: number | undefined
}
