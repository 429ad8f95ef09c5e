import type { Registry, TwinDocument } from '../hub/registry.ts'
import { ServiceError } from '../hub/service-error.ts'
import { patchDesired, readTwin } from '../hub/twins.ts'
import { print } from '../terminal.ts'
import { type PatchInput, readPatch } from './patch-input.ts'
import { PROGRAM } from './program-name.ts'

/** Prints a device's desired properties and the etag of its twin as a line of JSON. */
export async function desiredGet(registry: Registry, deviceId: string): Promise<void> {
  printDesired(await readTwin(registry, deviceId))
}

/** Merges a patch into the desired properties and prints the result. */
export async function desiredSet(
  registry: Registry,
  deviceId: string,
  input: PatchInput,
  etag: string | undefined,
): Promise<void> {
  const patch = await readPatch('Patch', '{"climate":{"target":21},"old":null}', input)
  try {
    printDesired(await patchDesired(registry, deviceId, patch, { etag }))
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code !== 'ERR_CONFLICT') throw error
    throw new Error(
      `${deviceId} has changed since etag ${etag ?? '*'}, so nothing was set; read it again: ${PROGRAM} desired get -d ${deviceId}`,
      { cause: error },
    )
  }
}

function printDesired({ etag, properties }: TwinDocument): void {
  const { $metadata: _, $version, ...desired } = properties.desired
  print(JSON.stringify({ etag, version: $version, desired }))
}
