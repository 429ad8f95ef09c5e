import { splitParameters } from '../formats/parameters.ts'
import { decoded } from './property-bag.ts'

/** The parsed user name of a CONNECT (docs/protocol/protocol.md §1.4). */
export interface UserName {
  readonly hostName: string
  readonly deviceId: string
  readonly moduleId?: string
  readonly apiVersion?: string
  readonly modelId?: string
}

/**
 * Parses a user name: `{host}/{device}[/{module}]/?api-version=…`. IDs may contain `?`, `=`, and
 * `%`, unescaped. So the properties begin at the first segment with a known property, or at the
 * last segment if it is empty or starts with `?`.
 *
 * @returns undefined for any other text
 */
export function parseUserName(text: string): UserName | undefined {
  const segments = text.split('/')
  const end = propertiesAt(segments)
  const [hostName, deviceId, moduleId, ...rest] = segments.slice(0, end)
  if (!hostName || !deviceId || moduleId === '' || rest.length > 0) return undefined
  const properties = parseProperties(segments.slice(end).join('/'))
  const apiVersion = properties.get('api-version')
  const modelId = properties.get('model-id')
  return {
    hostName,
    deviceId,
    ...(moduleId === undefined ? {} : { moduleId }),
    ...(apiVersion ? { apiVersion } : {}),
    ...(modelId ? { modelId } : {}),
  }
}

const KNOWN_PROPERTY = /(?:^\??|&)(?:api-version|model-id|DeviceClientType|auth-chain)=/

/**
 * The number of segments before the properties. A value may hold an unescaped `/`, such as
 * `DeviceClientType=app/1.0`.
 */
function propertiesAt(segments: readonly string[]): number {
  const known = segments.findIndex((segment, at) => at > 1 && KNOWN_PROPERTY.test(segment))
  if (known >= 0) return known
  const last = segments.at(-1) ?? ''
  return segments.length > 2 && (last === '' || last.startsWith('?')) ? segments.length - 1 : segments.length
}

/**
 * Decodes names and values. The Python SDK encodes all of them, the .NET SDK only `model-id`, and
 * the Node SDK only `DeviceClientType`.
 */
function parseProperties(segment: string): Map<string, string> {
  const pairs = splitParameters(segment.replace(/^\?/, ''))
  return new Map(pairs.map(([name, value = '']) => [decoded(name), decoded(value)]))
}
