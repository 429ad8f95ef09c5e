import { isJsonObject, type JsonObject } from '../hub/json.ts'
import type { Registry, TwinDocument } from '../hub/registry.ts'
import { ServiceError } from '../hub/service-error.ts'
import { print } from '../terminal.ts'
import { patchDesired, readTwin } from '../hub/twins.ts'

/** Prints the desired properties of a device and the etag of its twin, as one line of JSON. */
export async function desiredGet(registry: Registry, deviceId: string): Promise<void> {
  show(await readTwin(registry, deviceId))
}

/** Merges a patch into the desired properties, and prints what they are then. */
export async function desiredSet(
  registry: Registry,
  deviceId: string,
  patch: string,
  etag: string | undefined,
): Promise<void> {
  try {
    show(await patchDesired(registry, deviceId, parsePatch(patch), { etag }))
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code !== 'ERR_CONFLICT') throw error
    throw new Error(
      `${deviceId} has changed since its etag was ${etag ?? '*'}, so nothing was set; read it again: desired get -d ${deviceId}`,
      { cause: error },
    )
  }
}

function show({ etag, properties }: TwinDocument): void {
  const { $metadata: _, $version, ...desired } = properties.desired
  print(JSON.stringify({ etag, version: $version, desired }))
}

function parsePatch(text: string): JsonObject {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // Said below, as with tags.
  }
  if (isJsonObject(value)) return value
  throw new SyntaxError(
    `Patch is ${text}; a JSON object such as '{"climate":{"minTemperature":69},"old":null}' is wanted`,
  )
}
