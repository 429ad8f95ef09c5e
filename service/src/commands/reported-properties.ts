import { isJsonObject, type JsonValue } from '../hub/json.ts'
import type { Registry } from '../hub/registry.ts'
import { readTwin } from '../hub/twins.ts'
import { print, printHeading } from '../terminal.ts'

/** Prints the reported properties, in the lines of Azure's sample `reported_properties`. */
export async function reportedProperties(registry: Registry, deviceId: string): Promise<void> {
  const { reported } = (await readTwin(registry, deviceId)).properties
  printHeading('Reported properties...')
  print(` version: ${reported.$version}`)
  print(` last updated: ${format(at(reported, '$metadata', '$lastUpdated'))}`)
  print(` firmware version: ${format(at(reported, 'firmwareVersion'))}`)
  print(` temperature: ${format(at(reported, 'weather', 'temperature'))}`)
  print(` humidity: ${format(at(reported, 'weather', 'humidity'))}`)
}

function at(value: JsonValue | undefined, ...path: readonly string[]): JsonValue | undefined {
  return path.reduce((found, key) => (isJsonObject(found) && Object.hasOwn(found, key) ? found[key] : undefined), value)
}

function format(value: JsonValue | undefined): string {
  if (value === undefined) return 'not reported yet'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
