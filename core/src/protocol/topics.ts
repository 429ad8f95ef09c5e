import { decodePercent, parseFields } from './fields.ts'
import type { Filter } from './filter.ts'

/**
 * The filters of a twin. Without them, the response to the first request is lost
 * (IoT Hub: "Use MQTT to communicate with IoT Hub").
 */
export const FILTERS: readonly Filter[] = [
  { topic: '$iothub/twin/res/#', qos: 0 },
  { topic: '$iothub/twin/PATCH/properties/desired/#', qos: 0 },
]

/** {status}/?$rid={rid}[&$version={version}] */
const RESPONSE = /^\$iothub\/twin\/res\/(\d{1,4})\/\?(.*)/

/** [?$version={version}] */
const DESIRED = /^\$iothub\/twin\/PATCH\/properties\/desired\/\??(.*)/

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
      readonly version?: number | undefined
      /**
       * Documented for the provisioning service (docs/protocol/protocol.md §9); hubtwin obeys it
       * here too.
       */
      readonly retryAfterInSeconds?: number | undefined
    }
  | { readonly type: 'desired'; readonly version?: number | undefined }
  | { readonly type: 'foreign' }

const FOREIGN: TwinTopic = { type: 'foreign' }

export function parseTopic(topic: string): TwinTopic {
  const [, status, query = ''] = RESPONSE.exec(topic) ?? []
  if (status === undefined) {
    const [, ofDesired] = DESIRED.exec(topic) ?? []
    return ofDesired === undefined ? FOREIGN : { type: 'desired', version: readCount(parseBag(ofDesired), '$version') }
  }
  const properties = parseBag(query)
  const rid = properties.get('$rid')
  if (!rid) return FOREIGN
  return {
    type: 'response',
    status: Number(status),
    rid,
    version: readCount(properties, '$version'),
    retryAfterInSeconds: readCount(properties, 'retry-after'),
  }
}

/**
 * A property bag: names and values percent-encoded, joined by `&` (docs/protocol/protocol.md §4.1).
 * No value that a twin reads has a character of its own to encode.
 */
function parseBag(query: string): ReadonlyMap<string, string> {
  return parseFields(decodePercent(query) ?? '')
}

function readCount(properties: ReadonlyMap<string, string>, name: string): number | undefined {
  const text = properties.get(name)
  return text && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}
