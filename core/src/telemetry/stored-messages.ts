import type { FeatureHost } from '../device/feature.ts'
import { identityTopic } from '../protocol/identity-topic.ts'
import { createListStorage, type ListStorage } from '../session/list-storage.ts'
import type { TwinStorage } from '../session/storage.ts'
import { byteLength, MAX_MESSAGE_SIZE, type Message } from './message.ts'

/** Bytes become a string with a character for each. */
type StoredMessage = readonly [topic: string, payload: string, isBytes: boolean]

/** The characters of a property bag. */
const BAG = /^[\w\-.!~*'()%&=]*$/

export function createMessageStorage(
  storage: TwinStorage,
  { identity, clock, requestTimeoutInMs: timeoutInMs, observe }: FeatureHost,
): ListStorage<Message> {
  const prefix = `${identityTopic(identity)}messages/events/`

  function read(value: unknown): Message {
    const [topic, text, isBytes]: readonly unknown[] = Array.isArray(value) ? value : []
    if (typeof topic !== 'string' || typeof text !== 'string' || text.length > MAX_MESSAGE_SIZE) throw malformed()
    if (!topic.startsWith(prefix) || !BAG.test(topic.slice(prefix.length))) throw malformed()
    const payload = isBytes === true ? Uint8Array.from(text, (character) => character.charCodeAt(0)) : text
    return { topic, payload, size: byteLength(payload) }
  }

  const onError = (error: unknown): void => observe({ type: 'storageFailed', error })
  const list = createListStorage({ storage, identity, name: 'telemetry', clock, timeoutInMs, onError, read })
  return { load: list.load, save: (messages) => list.save(messages.map((message) => write(message as Message))) }
}

function malformed(): SyntaxError {
  return new SyntaxError('Storage has text that is not a list of telemetry')
}

function write({ topic, payload }: Message): StoredMessage {
  if (typeof payload === 'string') return [topic, payload, false]
  return [topic, Array.from(payload, (byte) => String.fromCharCode(byte)).join(''), true]
}
