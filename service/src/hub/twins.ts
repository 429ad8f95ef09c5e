import type { JsonObject, JsonValue } from './json.ts'
import type { Registry, TwinDocument } from './registry.ts'

/** Matches any etag: a merge patch does not depend on the rest of the twin. */
const ANY = '*'

/** Reads the current twin from the hub. */
export async function readTwin(registry: Registry, deviceId: string): Promise<TwinDocument> {
  return registry.getTwin(deviceId)
}

/**
 * Sends a patch of the desired properties, which the hub forwards to the device.
 *
 * @param desired JSON merge patch: `null` deletes a key, and arrays are replaced as a whole
 * @param options.etag of the twin as last read: fails with ERR_CONFLICT if the twin has changed
 *   since
 * @returns the whole twin after the update; the device gets its `properties.desired.$version`
 */
export async function patchDesired(
  registry: Registry,
  deviceId: string,
  desired: JsonObject,
  options: { readonly etag?: string | undefined } = {},
): Promise<TwinDocument> {
  return registry.updateTwin(deviceId, { properties: { desired } }, options.etag ?? ANY)
}

/**
 * Changes the tags of a twin: the back end's own data about a device, which the device never sees.
 *
 * @param tags JSON merge patch, as with desired properties
 * @returns the whole twin after the update
 */
export async function setTags(
  registry: Registry,
  deviceId: string,
  tags: JsonObject,
  options: { readonly etag?: string | undefined } = {},
): Promise<TwinDocument> {
  return registry.updateTwin(deviceId, { tags }, options.etag ?? ANY)
}

/**
 * Runs a query over the fleet and yields its rows. Requests the next page after the last row of a
 * page.
 *
 * @param sql in IoT Hub's query language, such as `SELECT * FROM devices WHERE tags.site = 'lab'`
 * @param options.pageSize rows per page, at most 100 in Azure @default 100
 */
export async function* queryTwins(
  registry: Registry,
  sql: string,
  options: { readonly pageSize?: number | undefined } = {},
): AsyncGenerator<JsonValue, void, undefined> {
  for await (const rows of registry.query(sql, options.pageSize ?? 100)) yield* rows
}
