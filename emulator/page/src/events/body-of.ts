import type { StreamEvent } from '../hub/stream-event.ts'

/** The content of telemetry, a method, or a message: its properties, if any, and its body. */
export function bodyOf(event: StreamEvent): string {
  const properties = 'properties' in event ? { ...event.systemProperties, ...event.properties } : {}
  const lines = Object.entries(properties).map(
    ([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  return [...lines, ...(lines.length === 0 ? [] : ['']), textOf(event)].join('\n')
}

function textOf(event: StreamEvent): string {
  const { body, bodyBase64 } = event as { readonly body?: string; readonly bodyBase64?: string }
  if (body === undefined) return bodyBase64 === undefined ? '(no body)' : `${bodyBase64}  (base64)`
  try {
    return JSON.stringify(JSON.parse(body), null, 2)
  } catch {
    return body === '' ? '(no body)' : body
  }
}
