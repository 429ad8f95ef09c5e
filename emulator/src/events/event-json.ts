import type { HubEvent } from './hub-event.ts'

/**
 * A hub event as JSON. The bytes of its body become `body`, a text, or `bodyBase64`. They are a
 * text if `content-type` and `content-encoding` declare a text. Without both, they are a text if
 * they decode to readable characters.
 */
export function eventJson(event: HubEvent): object {
  if (!('body' in event)) return event
  const { body: bytes, ...rest } = event
  const text = textOf(bytes, 'systemProperties' in event ? event.systemProperties : {})
  return { ...rest, ...(text === undefined ? { bodyBase64: base64(bytes) } : { body: text }) }
}

function textOf(body: Uint8Array, systemProperties: Readonly<Record<string, unknown>>): string | undefined {
  const declared = (name: string): string => {
    const value = systemProperties[name]
    return typeof value === 'string' ? value : ''
  }
  const type = declared('content-type')
  const encoding = declared('content-encoding')
  const isDeclared = type !== '' || encoding !== ''
  if (isDeclared && !isTextType(type, encoding)) return undefined
  const text = decode(body)
  return isDeclared || text === undefined || !UNREADABLE.test(text) ? text : undefined
}

/** IoT Hub's routes accept UTF-8, UTF-16, and UTF-32. Only UTF-8 becomes a text here. */
function isTextType(type: string, encoding: string): boolean {
  if (encoding !== '' && !/^utf-?8$/i.test(encoding)) return false
  return type === '' || /^text\/|^application\/(?:.+\+)?(?:json|xml)\b/i.test(type)
}

const UTF8 = new TextDecoder('utf-8', { fatal: true })

const UNREADABLE = /[^\P{Cc}\t\n\r]/u

function decode(bytes: Uint8Array): string | undefined {
  try {
    return UTF8.decode(bytes)
  } catch {
    return undefined
  }
}

function base64({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64')
}
