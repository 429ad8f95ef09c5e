import type { Credentials } from './credentials/credentials.ts'
import { openSharedTwinOver } from './open-shared-over.ts'
import type { JsonObject } from './protocol/json.ts'
import { openMqttWire } from './runtime/mqtt-wire.ts'
import type { SharedTwin } from './tabs/create-shared-twin.ts'
import type { TwinOptions } from './twin/options.ts'

/**
 * Opens a twin that all tabs of an origin share over a single connection, over mqtt.js. The leader
 * tab holds the connection. The followers show the same state, and report through the leader. When
 * the leader closes, sleeps, or crashes, another tab takes its place.
 *
 * Every promise of `openTwin` holds in every tab. The leader uses its own credentials, `observer`,
 * and `reportStorage`, so give all tabs the same.
 *
 * Tabs find each other by hub and device, through Web Locks and a BroadcastChannel. Workers of the
 * origin count as tabs. Without these APIs, the role is `alone`, with the reason, and the twin
 * works like a twin of `openTwin`. They are missing in a page over http: and in most runtimes other
 * than browsers.
 *
 * If the leader does not answer for `wakeTimeoutInMs`, the status of the followers is `waiting`
 * with `ERR_TIMEOUT`.
 *
 * @param credentials a connection string, or the result of `keyCredentials` or `tokenCredentials`
 * @throws SyntaxError for a malformed connection string, endpoint, or model ID
 * @throws TypeError for credentials or options of a wrong type
 * @throws RangeError for an option out of its range
 * @example
 * ```ts
 * import { openSharedTwin } from 'hubtwin/shared-twin'
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
  const twin: unknown = openSharedTwinOver(openMqttWire, credentials, options)
  // The hub's documents are not checked against these types; the app asserts them.
  return twin as SharedTwin<Desired, Reported>
}

export type { SharedTwin } from './tabs/create-shared-twin.ts'
export type { TabRole } from './tabs/role.ts'
