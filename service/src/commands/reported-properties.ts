import { isJsonObject, type JsonValue } from '../hub/json.ts'
import type { Registry } from '../hub/registry.ts'
import { readTwin } from '../hub/twins.ts'
import { print, printHeading } from '../terminal.ts'

/** Prints all reported properties, below two lines of Azure's sample `reported_properties`. */
export async function reportedProperties(registry: Registry, deviceId: string): Promise<void> {
  const { $metadata, $version, ...reported } = (await readTwin(registry, deviceId)).properties.reported
  printHeading('Reported properties...')
  print(` version: ${$version}`)
  print(` last updated: ${lastUpdated($metadata)}`)
  if (Object.keys(reported).length === 0) return print(' nothing reported yet')
  print(...JSON.stringify(reported, null, 2).split('\n'))
}

function lastUpdated(metadata: JsonValue | undefined): string {
  const time = isJsonObject(metadata) ? metadata['$lastUpdated'] : undefined
  return typeof time === 'string' ? time : 'never'
}
