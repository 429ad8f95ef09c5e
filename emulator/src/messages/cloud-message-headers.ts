import type { CloudMessageRequest } from './cloud-message.ts'

const applicationPrefix = 'iothub-app-'

const systemHeaders: ReadonlyMap<string, keyof CloudMessageRequest> = new Map([
  ['iothub-messageid', 'messageId'],
  ['iothub-correlationid', 'correlationId'],
  ['iothub-userid', 'userId'],
  ['iothub-contenttype', 'contentType'],
  ['iothub-contentencoding', 'contentEncoding'],
  ['iothub-expiry', 'expiryTimeUtc'],
])

/**
 * Reads a message as HTTP carries it: the body as it is, system properties in `iothub-*` headers, and application properties in `iothub-app-*`
 * headers (IoT Hub REST: Device, Send Device Event; Azure IoT Explorer sends to devices in the same form).
 *
 * @param rawHeaders names and values in turn, as the client wrote them: a property keeps the case of its header
 */
export function cloudMessageOfRequest(rawHeaders: readonly string[], body: Uint8Array): CloudMessageRequest {
  const properties = new Map<string, string>()
  const system = new Map<string, string>()
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = rawHeaders.slice(at, at + 2)
    const field = systemHeaders.get(name.toLowerCase())
    if (name.toLowerCase().startsWith(applicationPrefix)) properties.set(name.slice(applicationPrefix.length), value)
    else if (field !== undefined && value !== '') system.set(field, value)
  }
  return { body, properties: Object.fromEntries(properties), ...Object.fromEntries(system) }
}
