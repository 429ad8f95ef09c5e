import type { Credentials } from './credentials/credentials.ts'
import { openSharedTwinOver } from './open-shared-over.ts'
import type { JsonObject } from './protocol/json.ts'
import { openMqttWire } from './runtime/mqtt-wire.ts'
import type { SharedTwin } from './tabs/create-shared-twin.ts'
import type { TwinOptions } from './twin/options.ts'

/**
 * Opens a twin that all tabs of an origin share, over mqtt.js. One of them, the leader, holds the connection; the others show the same
 * state and report through it. When it is closed, put away or crashes, another takes over.
 *
 * Every promise of `openTwin` holds in every tab. What concerns the connection (credentials, `observer`, `reportStorage`)
 * is the leader's own: give all tabs the same. Tabs find each other by hub and device, through Web Locks and a
 * BroadcastChannel; where these are missing (a page over http:, most runtimes that are no browser) the role is `alone`,
 * with the reason, and the twin works as that of `openTwin` does. Workers of the origin count as tabs.
 *
 * A leader that does not answer for `wakeTimeoutInMs` is told in the status of the others, as `waiting` with
 * `ERR_TIMEOUT`.
 *
 * @param credentials a connection string, or what `keyCredentials` and `tokenCredentials` give
 * @throws SyntaxError for a malformed connection string or endpoint
 * @throws TypeError for credentials or options of a wrong type
 * @throws RangeError for an option out of its range
 * @example
 * ```ts
 * import { openSharedTwin } from 'hubtwin/shared-twin'
 *
 * declare const connectionString: string
 * const twin = openSharedTwin(connectionString)
 * twin.onRole((role) => console.log(role.type === 'alone' ? role.reason : `This tab is ${role.type}`))
 * await twin.report({ openTabs: 2 })
 * await twin.close()
 * ```
 */
export function openSharedTwin<Desired extends object = JsonObject, Reported extends object = JsonObject>(
  credentials: Credentials | string,
  options: TwinOptions = {},
): SharedTwin<Desired, Reported> {
  const twin: unknown = openSharedTwinOver(openMqttWire, credentials, options)
  // What a twin holds is checked by nobody; the types are the app's word for it.
  return twin as SharedTwin<Desired, Reported>
}

export type { SharedTwin } from './tabs/create-shared-twin.ts'
export type { TabRole } from './tabs/role.ts'
