import type { Credentials } from '../credentials/credentials.ts'
import type { FeatureSet } from '../device/attach-features.ts'
import type { SharedDeviceOptions } from '../device/shared-device.ts'
import { openSharedDeviceOver } from '../open-shared-device-over.ts'
import { openSharedTwinOver } from '../open-shared-over.ts'
import type { JsonObject } from '../protocol/json.ts'
import { openLightWire } from '../runtime/light-wire.ts'
import type { SharedTwin } from '../tabs/create-shared-twin.ts'
import type { TwinOptions } from '../twin/options.ts'

/**
 * Opens a twin that all tabs of an origin share, over hubtwin's own MQTT transport. Otherwise it
 * works like `openSharedTwin` of `hubtwin/shared-twin`. Tabs with either transport share a single
 * connection.
 *
 * @param credentials a connection string, or the result of `keyCredentials` or `tokenCredentials`
 * @throws SyntaxError for a malformed connection string, endpoint, or model ID
 * @throws TypeError for credentials or options of a wrong type
 * @throws RangeError for an option out of its range
 * @example
 * ```ts
 * import { openSharedTwin } from 'hubtwin/light/shared-twin'
 *
 * declare const connectionString: string
 * const twin = openSharedTwin(connectionString)
 * twin.onRole((role) => console.log(role.type === 'alone' ? role.reason : role.type))
 * await twin.report({ openTabs: 2 })
 * await twin.close()
 * ```
 */
export function openSharedTwin<Desired extends object = JsonObject, Reported extends object = JsonObject>(
  credentials: Credentials | string,
  options: TwinOptions = {},
): SharedTwin<Desired, Reported> {
  const twin: unknown = openSharedTwinOver(openLightWire, credentials, options)
  // The hub's documents are not checked against these types; the app asserts them.
  return twin as SharedTwin<Desired, Reported>
}

/**
 * Opens a twin that all tabs of an origin share over hubtwin's own MQTT transport, and adds features to the tab that
 * leads. A follower has the twin only: telemetry, methods, and messages are in the leader. In all
 * other respects it equals `openSharedTwin`.
 *
 * @param credentials a connection string, or the result of `keyCredentials` or `tokenCredentials`
 * @throws SyntaxError for a malformed connection string, endpoint, or model ID
 * @throws TypeError for credentials or options of a wrong type
 * @throws RangeError for an option out of its range
 * @example
 * ```ts
 * import { openSharedDevice } from 'hubtwin/light/shared-twin'
 * import { methods } from 'hubtwin/methods'
 *
 * declare const connectionString: string
 * const twin = openSharedDevice(connectionString, {
 *   use: { methods: methods() },
 *   onLead: ({ methods }) => void methods.handle('getTime', () => ({ now: new Date() })),
 * })
 * twin.onRole((role) => console.log(role.type))
 * await twin.ready()
 * await twin.close()
 * ```
 */
export function openSharedDevice<
  Use extends FeatureSet,
  Desired extends object = JsonObject,
  Reported extends object = JsonObject,
>(credentials: Credentials | string, options: SharedDeviceOptions<Use>): SharedTwin<Desired, Reported> {
  const twin: unknown = openSharedDeviceOver(openLightWire, credentials, options)
  // No code checks the hub's documents against these types; the app asserts them.
  return twin as SharedTwin<Desired, Reported>
}

export type { SharedTwin } from '../tabs/create-shared-twin.ts'
export type { TabRole } from '../tabs/role.ts'
export type { FeatureApis, SharedDeviceOptions } from '../device/shared-device.ts'
