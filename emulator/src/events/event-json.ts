import type { HubEvent, Telemetry } from './hub-event.ts'

/**
 * An event as JSON. The bytes of a telemetry message become `body`, a text, or `bodyBase64`: a text where its `content-type` and
 * `content-encoding` say so, or where they say nothing and it can be read as one.
 */
export function eventJson(event: HubEvent): object {
  if (event.type !== 'telemetry') return event
  const { body: bytes, ...rest } = event
  const text = textOf(event)
  return { ...rest, ...(text === undefined ? { bodyBase64: base64(bytes) } : { body: text }) }
}

function textOf({ body, systemProperties }: Telemetry): string | undefined {
  const said = (name: string): string => {
    const value = systemProperties[name]
    return typeof value === 'string' ? value : ''
  }
  const type = said('content-type')
  const encoding = said('content-encoding')
  const isSaid = type !== '' || encoding !== ''
  if (isSaid && !saysText(type, encoding)) return undefined
  const text = decode(body)
  return isSaid || text === undefined || !unreadable.test(text) ? text : undefined
}

/** The hub's routes know UTF-8, UTF-16 and UTF-32; of these only the first is told as a text. */
function saysText(type: string, encoding: string): boolean {
  if (encoding !== '' && !/^utf-?8$/i.test(encoding)) return false
  return type === '' || /^text\/|^application\/(?:.+\+)?(?:json|xml)\b/i.test(type)
}

const unreadable = /[^\P{Cc}\t\n\r]/u

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function base64({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64')
}
