import type { JsonObject } from '../hub/json.ts'
import type { Registry } from '../hub/registry.ts'
import { readTwin, setTags } from '../hub/twins.ts'
import { print } from '../terminal.ts'
import { parseJsonObject } from './arguments.ts'

/** Prints a device's tags as a line of JSON. Merges `patch` into them first, if there is one. */
export async function tags(registry: Registry, deviceId: string, patch?: string): Promise<void> {
  const twin =
    patch === undefined ? await readTwin(registry, deviceId) : await setTags(registry, deviceId, parseTags(patch))
  print(JSON.stringify(twin.tags))
}

function parseTags(text: string): JsonObject {
  const patch = parseJsonObject(text)
  if (patch !== undefined) return patch
  throw new SyntaxError(`Tags are ${text}; expected a JSON object such as '{"site":"lab"}'`)
}
