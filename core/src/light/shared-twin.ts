import type { Credentials } from '../credentials/credentials.ts'
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

export type { SharedTwin } from '../tabs/create-shared-twin.ts'
export type { TabRole } from '../tabs/role.ts'
