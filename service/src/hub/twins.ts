import type { JsonObject, JsonValue } from './json.ts'
import type { Registry, TwinDocument } from './registry.ts'

/** Updates the twin whatever its etag is: a merge patch says all that it depends on. */
const ANY = '*'

/** Reads a twin as the hub has it now. */
export async function readTwin(registry: Registry, deviceId: string): Promise<TwinDocument> {
  return registry.getTwin(deviceId)
}

/**
 * Sends a patch of the desired properties, which the hub passes on to the device.
 *
 * @param desired merge patch: what is named changes, `null` removes, arrays are replaced whole
 * @param options.etag of the twin as last read: fails with ERR_CONFLICT where somebody was faster
 * @returns the whole twin after the update; its `properties.desired.$version` is what the device will have
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
 * Changes the tags of a twin: what the back end keeps about a device, and the device never sees.
 *
 * @param tags merge patch, as with desired properties
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
 * Runs a query over the fleet, and gives row after row; the next page is asked for when the last row was taken.
 *
 * @param sql in IoT Hub's query language, such as `SELECT * FROM devices WHERE tags.site = 'lab'`
 * @param options.pageSize rows of a page, at most 100 in Azure @default 100
 */
export async function* queryTwins(
  registry: Registry,
  sql: string,
  options: { readonly pageSize?: number | undefined } = {},
): AsyncGenerator<JsonValue, void, undefined> {
  for await (const rows of registry.query(sql, options.pageSize ?? 100)) yield* rows
}
