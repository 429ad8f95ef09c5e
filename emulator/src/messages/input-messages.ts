import { randomUUID } from 'node:crypto'
import type { InputMessageMoved } from '../events/hub-event.ts'
import { Refusal } from '../errors/refusal.ts'
import type { Json } from '../formats/json.ts'
import type { Context } from '../hub/context.ts'
import { identityKey, type Identity } from '../identity/identity-id.ts'
import { missing } from '../identity/not-registered.ts'
import { isTopicName, inputTopic } from '../mqtt/topics.ts'
import { formatBag } from '../mqtt/property-bag.ts'
import { type CloudMessageRequest, checkOwn, checkUnicode, parseCloudMessage } from './cloud-message.ts'
import { meteredBytes, readDeviceBoundBag } from './message-properties.ts'

/**
 * A message for an input of a module, as a route of IoT Edge delivers it.
 * @example
 * ```ts
 * import { type InputMessageRequest, startHub } from 'hubtwin-emulator'
 *
 * const message: InputMessageRequest = { body: '21.5', fromModule: 'sensor' }
 * const hub = await startHub()
 * await hub.createModule('device1', 'filter')
 * await hub.sendToInput('device1', 'filter', 'temperature', message).catch((error) => {
 *   console.log(error.code) // DeviceNotOnline: the module is not connected
 * })
 * await hub.close()
 * ```
 */
export interface InputMessageRequest extends Omit<CloudMessageRequest, 'expiryTimeUtc' | 'ack'> {
  /**
   * The module of the device that sent it, as `$.cmid`. @default none: the device itself sent it
   */
  readonly fromModule?: string
}

const MAX_BYTES = 256 * 1024

/**
 * Delivers a message to an input of a module, in place of a route of IoT Edge
 * (docs/protocol/device.md §5). IoT Hub itself delivers none. The hub keeps no queue for inputs, so
 * the module must be connected and subscribed. Resolves when the message is on its way.
 *
 * @throws Refusal ModuleNotFound, DeviceNotOnline, ArgumentInvalid, RequestEntityTooLarge
 */
export async function sendToInput(
  context: Context,
  module: Identity,
  inputName: string,
  request: InputMessageRequest,
): Promise<{ readonly messageId: string }> {
  if (module.moduleId === undefined || context.registry.find(module) === undefined) throw missing(module)
  const { messageId = randomUUID() } = request
  const pairs = pairsOf(module, request, messageId)
  const bag = formatBag(pairs)
  const body = Buffer.from(request.body ?? '')
  const topic = inputTopic(module, inputName, bag)
  if (inputName === '' || inputName.includes('/') || !isTopicName(topic)) {
    throw new Refusal('ArgumentInvalid', 'An input must have a name without / + # and with room for its properties')
  }
  if (body.length + meteredBytes(pairs) > MAX_BYTES) {
    throw new Refusal('RequestEntityTooLarge', `A message and its properties must not exceed ${MAX_BYTES} bytes`)
  }
  const emit = (state: InputMessageMoved['state']): void => {
    const content = { ...readDeviceBoundBag(bag), body: new Uint8Array(body) }
    context.events.emit({ ...module, type: 'input-message', state, inputName, messageId, ...content })
  }
  const isSent = context.devices.sendToInput(module, { topic, payload: body }, () => emit('completed'))
  if (!isSent) {
    throw new Refusal('DeviceNotOnline', `The module ${identityKey(module)} is not connected or not subscribed`)
  }
  emit('delivered')
  return { messageId }
}

/** Parses the JSON of a message for an input. @throws Refusal ArgumentInvalid */
export function parseInputMessage(json: Json): InputMessageRequest {
  const { expiryTimeUtc: _expiry, ack: _ack, ...request } = parseCloudMessage(json)
  const { fromModule } = json as { readonly fromModule?: Json }
  if (fromModule === undefined || fromModule === null) return request
  if (typeof fromModule !== 'string' || fromModule === '') {
    throw new Refusal('ArgumentInvalid', 'fromModule must be the ID of a module')
  }
  return { ...request, fromModule }
}

function pairsOf(
  { deviceId }: Identity,
  { properties = {}, correlationId, userId, contentType, contentEncoding, fromModule }: InputMessageRequest,
  messageId: string,
): (readonly [string, string | null])[] {
  const system: [string, string | undefined][] = [
    ['$.mid', messageId],
    ['$.cid', correlationId],
    ['$.uid', userId],
    ['$.ct', contentType],
    ['$.ce', contentEncoding],
    ['$.cdid', deviceId],
    ['$.cmid', fromModule],
  ]
  const given = system.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const]))
  return checkUnicode([...given, ...checkOwn(properties)])
}
