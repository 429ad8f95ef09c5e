import { splitParameters } from '../formats/parameters.ts'
import type { Identity } from '../identity/identity-id.ts'

/**
 * The topic filters of twins and direct methods (docs/protocol/protocol.md §4.1 and
 * docs/protocol/protocol.md §5).
 */
export const RESPONSE_FILTER = '$iothub/twin/res/#'
export const DESIRED_FILTER = '$iothub/twin/PATCH/properties/desired/#'
export const METHOD_FILTER = '$iothub/methods/POST/#'

/** The purpose of a subscription. */
export type Purpose = 'twin-responses' | 'desired' | 'methods' | 'cloud-messages' | 'inputs'

const COMMON: ReadonlyMap<string, Purpose> = new Map([
  [RESPONSE_FILTER, 'twin-responses'],
  [DESIRED_FILTER, 'desired'],
  [METHOD_FILTER, 'methods'],
])

/**
 * The purpose of a filter that the hub grants to an identity. The hub answers any other filter with
 * 0x80 (docs/protocol/protocol.md §1.3). The limit of five filters needs no rule, since a client
 * can use only four.
 *
 * `#` means all topics of the client itself, never of other clients. It does not match topics that
 * start with `$` (MQTT 3.1.1 [MQTT-4.7.2-1]), so twins and methods still need their own filters.
 * The C and .NET SDKs subscribe a module to all topics below its name (docs/protocol/device.md §5).
 *
 * @returns undefined for a filter that the hub refuses
 */
export function purposeOf(filter: string, identity: Identity): Purpose | undefined {
  const purpose = COMMON.get(filter)
  if (purpose !== undefined) return purpose
  const own = filter === '#' ? '#' : afterIdentity(filter, identity)
  if (identity.moduleId !== undefined) return own === '#' || own === 'inputs/#' ? 'inputs' : undefined
  return filter === '#' || own === 'messages/devicebound/#' ? 'cloud-messages' : undefined
}

/**
 * A request about the twin. `rid` and `version` are unparsed: the hub echoes the request ID byte
 * for byte.
 */
export type TwinRequest =
  | { readonly type: 'get'; readonly rid: string | undefined }
  | { readonly type: 'patch'; readonly rid: string | undefined; readonly version: string | undefined }

export interface MethodResponse {
  readonly type: 'method-response'
  readonly status: number
  readonly rid: string | undefined
}

export type DevicePublish = TwinRequest | MethodResponse | { readonly type: 'telemetry'; readonly bag: string }

/**
 * @returns undefined for a topic that this identity may not publish to, which ends its connection.
 * A method response with a negative status is such a topic (docs/protocol/device.md §2.6).
 */
export function parsePublishTopic(topic: string, identity: Identity): DevicePublish | undefined {
  const get = parametersAfter('$iothub/twin/GET/', topic)
  if (get !== undefined) return { type: 'get', rid: get.get('$rid') }
  const patch = parametersAfter('$iothub/twin/PATCH/properties/reported/', topic)
  if (patch !== undefined) return { type: 'patch', rid: patch.get('$rid'), version: patch.get('$version') }
  const bag = telemetryBag(topic, identity)
  if (bag !== undefined) return { type: 'telemetry', bag }
  const response = /^\$iothub\/methods\/res\/(\d{1,9})(\/.*)$/s.exec(topic)
  const properties = parametersAfter('/', response?.[2] ?? '')
  if (properties !== undefined)
    return { type: 'method-response', status: Number(response?.[1]), rid: properties.get('$rid') }
  return undefined
}

/**
 * The property bag of a telemetry topic. azure-iot-device appends `/` to the bag of a module's
 * output (docs/protocol/protocol.md §5).
 *
 * @returns undefined for another identity's topic
 */
export function telemetryBag(topic: string, identity: Identity): string | undefined {
  const own = afterIdentity(topic, identity)
  if (own === 'messages/events') return ''
  return own?.startsWith('messages/events/') ? own.slice('messages/events/'.length).replace(/\/$/, '') : undefined
}

export function responseTopic(status: number, rid: string, version?: number): string {
  return `$iothub/twin/res/${status}/?$rid=${rid}${version === undefined ? '' : `&$version=${version}`}`
}

/**
 * Whether a request ID fits into the topic of a response, which is longer than the request's topic.
 */
export function isAnswerable(rid: string): boolean {
  return Buffer.byteLength(rid) <= 65_000
}

/**
 * Whether a text is a valid topic name: 1 to 65,535 bytes without wildcards and U+0000
 * (MQTT 3.1.1 §4.7).
 */
export function isTopicName(topic: string): boolean {
  return topic !== '' && Buffer.byteLength(topic) <= 65_535 && !/[+#\0]/.test(topic)
}

/**
 * Whether a topic was not valid UTF-8 or holds U+0000, which ends the connection
 * (MQTT 3.1.1 [MQTT-1.5.3-1], [MQTT-1.5.3-2]). The parser has replaced invalid UTF-8 with U+FFFD.
 */
export function isIllFormed(topic: string): boolean {
  return topic.includes('\0') || topic.includes('\ufffd')
}

export function desiredTopic(version: number): string {
  return `$iothub/twin/PATCH/properties/desired/?$version=${version}`
}

export function methodTopic(methodName: string, rid: string): string {
  return `$iothub/methods/POST/${methodName}/?$rid=${rid}`
}

export function cloudMessageTopic({ deviceId }: Identity, bag: string): string {
  return `devices/${topicSegment(deviceId)}/messages/devicebound/${bag}`
}

/** The topic of a message for an input of a module (docs/protocol/device.md §5). */
export function inputTopic({ deviceId, moduleId = '' }: Identity, input: string, bag: string): string {
  return `devices/${topicSegment(deviceId)}/modules/${topicSegment(moduleId)}/inputs/${input}/${bag}`
}

/** An ID may contain `+` and `#`; a topic name may not (MQTT 3.1.1 [MQTT-3.3.2-2]). */
function topicSegment(id: string): string {
  return id.replaceAll('+', '%2B').replaceAll('#', '%23')
}

/** SDKs put IDs into topics unescaped, except for IDs with `+` or `#`. */
function afterIdentity(topic: string, { deviceId, moduleId }: Identity): string | undefined {
  const [root, device, ...rest] = topic.split('/')
  if (root !== 'devices' || !names(device, deviceId)) return undefined
  if (moduleId === undefined) return rest.join('/')
  const [modules, module, ...own] = rest
  return modules === 'modules' && names(module, moduleId) ? own.join('/') : undefined
}

function names(segment: string | undefined, id: string): boolean {
  return segment !== undefined && (segment === id || segment === topicSegment(id) || segment === encodeURIComponent(id))
}

function parametersAfter(prefix: string, topic: string): Map<string, string> | undefined {
  if (!topic.startsWith(prefix)) return undefined
  const rest = topic.slice(prefix.length)
  if (rest === '') return new Map()
  if (!rest.startsWith('?')) return undefined
  return new Map(splitParameters(rest.slice(1)).map(([name, value = '']) => [name, value]))
}
