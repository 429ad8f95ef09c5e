import type { CloudMessageRequest } from './cloud-message.ts'

const APPLICATION_PREFIX = 'iothub-app-'

const SYSTEM_HEADERS: ReadonlyMap<string, keyof CloudMessageRequest> = new Map([
  ['iothub-messageid', 'messageId'],
  ['iothub-correlationid', 'correlationId'],
  ['iothub-userid', 'userId'],
  ['iothub-contenttype', 'contentType'],
  ['iothub-contentencoding', 'contentEncoding'],
  ['iothub-expiry', 'expiryTimeUtc'],
  ['iothub-ack', 'ack'],
])

/**
 * Reads a message from an HTTP request. System properties are in `iothub-*` headers, application
 * properties in `iothub-app-*` headers (IoT Hub REST: Device, Send Device Event). Azure IoT
 * Explorer sends cloud-to-device messages in the same form.
 *
 * @param rawHeaders alternating names and values, in the client's spelling: a property keeps the
 * case of its header
 */
export function cloudMessageOfRequest(rawHeaders: readonly string[], body: Uint8Array): CloudMessageRequest {
  const properties = new Map<string, string>()
  const system = new Map<string, string>()
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = rawHeaders.slice(at, at + 2)
    const field = SYSTEM_HEADERS.get(name.toLowerCase())
    if (name.toLowerCase().startsWith(APPLICATION_PREFIX)) properties.set(name.slice(APPLICATION_PREFIX.length), value)
    else if (field !== undefined && value !== '') system.set(field, field === 'ack' ? value.toLowerCase() : value)
  }
  return { body, properties: Object.fromEntries(properties), ...Object.fromEntries(system) }
}
