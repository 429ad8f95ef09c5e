import type { Registry } from '../hub/registry.ts'
import { readTwin, setTags } from '../hub/twins.ts'
import { print } from '../terminal.ts'
import { type PatchInput, readPatch } from './patch-input.ts'

/** Prints a device's tags as a line of JSON. Merges a patch into them first, if there is one. */
export async function tags(registry: Registry, deviceId: string, input: PatchInput): Promise<void> {
  const isRead = input.json === undefined && input.file === undefined
  const twin = isRead
    ? await readTwin(registry, deviceId)
    : await setTags(registry, deviceId, await readPatch('Tags', '{"site":"lab"}', input))
  print(JSON.stringify(twin.tags))
}
