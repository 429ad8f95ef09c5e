import type { JsonObject } from '../hub/json.ts'
import type { Registry, TwinDocument } from '../hub/registry.ts'
import { ServiceError } from '../hub/service-error.ts'
import { patchDesired, readTwin } from '../hub/twins.ts'
import { print } from '../terminal.ts'
import { parseJsonObject } from './arguments.ts'

/** Prints a device's desired properties and the etag of its twin as a line of JSON. */
export async function desiredGet(registry: Registry, deviceId: string): Promise<void> {
  printDesired(await readTwin(registry, deviceId))
}

/** Merges a patch into the desired properties and prints the result. */
export async function desiredSet(
  registry: Registry,
  deviceId: string,
  patch: string,
  etag: string | undefined,
): Promise<void> {
  try {
    printDesired(await patchDesired(registry, deviceId, parsePatch(patch), { etag }))
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code !== 'ERR_CONFLICT') throw error
    throw new Error(
      `${deviceId} has changed since etag ${etag ?? '*'}, so nothing was set; read it again: desired get -d ${deviceId}`,
      { cause: error },
    )
  }
}

function printDesired({ etag, properties }: TwinDocument): void {
  const { $metadata: _, $version, ...desired } = properties.desired
  print(JSON.stringify({ etag, version: $version, desired }))
}

function parsePatch(text: string): JsonObject {
  const patch = parseJsonObject(text)
  if (patch !== undefined) return patch
  throw new SyntaxError(
    `Patch is ${text}; expected a JSON object such as '{"climate":{"minTemperature":69},"old":null}'`,
  )
}
