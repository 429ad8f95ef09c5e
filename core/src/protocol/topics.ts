import type { Filter } from './filter.ts'

/**
 * The filters of a twin. Without them the answer to the first request is lost
 * (IoT Hub: "Use MQTT to communicate with IoT Hub").
 */
export const FILTERS: readonly Filter[] = [
  { topic: '$iothub/twin/res/#', qos: 0 },
  { topic: '$iothub/twin/PATCH/properties/desired/#', qos: 0 },
]

const RESPONSE = '$iothub/twin/res/'
const DESIRED = '$iothub/twin/PATCH/properties/desired/'

export function getTopic(rid: string): string {
  return `$iothub/twin/GET/?$rid=${rid}`
}

export function reportTopic(rid: string): string {
  return `$iothub/twin/PATCH/properties/reported/?$rid=${rid}`
}

/** A parsed topic. `foreign` is a topic that is malformed or not the twin's. */
export type TwinTopic =
  | {
      readonly type: 'response'
      readonly status: number
      readonly rid: string
      readonly version?: number
      /**
       * Documented for the provisioning service (docs/protocol/protocol.md §9); hubtwin obeys it
       * here too.
       */
      readonly retryAfterInSeconds?: number
    }
  | { readonly type: 'desired'; readonly version?: number }
  | { readonly type: 'foreign' }

const FOREIGN: TwinTopic = { type: 'foreign' }

export function parseTopic(topic: string): TwinTopic {
  if (topic.startsWith(RESPONSE)) {
    // {status}/?$rid={rid}[&$version={version}]
    const [status, query, ...more] = topic.slice(RESPONSE.length).split('/?')
    const properties = parseQuery(query)
    const rid = properties?.get('$rid')
    if (status === undefined || !/^\d{1,4}$/.test(status) || more.length > 0 || !rid) return FOREIGN
    const retryAfterInSeconds = countOf(properties, 'retry-after')
    return {
      type: 'response',
      status: Number(status),
      rid,
      ...versionOf(properties),
      ...(retryAfterInSeconds !== undefined && { retryAfterInSeconds }),
    }
  }
  if (topic.startsWith(DESIRED)) {
    const rest = topic.slice(DESIRED.length)
    return { type: 'desired', ...versionOf(rest.startsWith('?') ? parseQuery(rest.slice(1)) : undefined) }
  }
  return FOREIGN
}

/**
 * A property bag: names and values percent-encoded, joined by `&` (docs/protocol/protocol.md §4.1).
 */
function parseQuery(query: string | undefined): ReadonlyMap<string, string> | undefined {
  if (query === undefined) return undefined
  try {
    return new Map(
      query.split('&').map((pair): [string, string] => {
        const at = pair.indexOf('=')
        return at < 0
          ? [decodeURIComponent(pair), '']
          : [decodeURIComponent(pair.slice(0, at)), decodeURIComponent(pair.slice(at + 1))]
      }),
    )
  } catch {
    return undefined // a stray percent sign
  }
}

function versionOf(properties: ReadonlyMap<string, string> | undefined): { version?: number } {
  const version = countOf(properties, '$version')
  return version === undefined ? {} : { version }
}

function countOf(properties: ReadonlyMap<string, string> | undefined, name: string): number | undefined {
  const text = properties?.get(name)
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}
