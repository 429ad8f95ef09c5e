import { isJsonObject, type JsonObject } from '../hub/json.ts'
import type { Registry } from '../hub/registry.ts'
import { print } from '../terminal.ts'
import { readTwin, setTags } from '../hub/twins.ts'

/** Prints the tags of a device as one line of JSON, after merging `patch` into them where it is given. */
export async function tags(registry: Registry, deviceId: string, patch?: string): Promise<void> {
  const twin =
    patch === undefined ? await readTwin(registry, deviceId) : await setTags(registry, deviceId, parseTags(patch))
  print(JSON.stringify(twin.tags))
}

function parseTags(text: string): JsonObject {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // Said below: the reader wants to know what to write, not what the parser stumbled over.
  }
  if (!isJsonObject(value)) throw new SyntaxError(`Tags are ${text}; a JSON object such as '{"site":"lab"}' is wanted`)
  return value
}
