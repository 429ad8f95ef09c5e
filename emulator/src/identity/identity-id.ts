import { Refusal } from '../errors/refusal.ts'

/** Which device or module something is about. */
export interface Identity {
  readonly deviceId: string
  readonly moduleId?: string
}

/** `/` is legal in no id, so a device and its modules have keys of their own; it is the MQTT client id too (docs/protocol/protocol.md §1.4). */
export function identityKey({ deviceId, moduleId }: Identity): string {
  return moduleId === undefined ? deviceId : `${deviceId}/${moduleId}`
}

export function identityOf(deviceId: string, moduleId: string | undefined): Identity {
  return moduleId === undefined ? { deviceId } : { deviceId, moduleId }
}

/**
 * Up to 128 ASCII letters, digits and the signs of docs/protocol/protocol.md §3. The sources disagree about `:` and `;`: a colon is taken, as the
 * service's own description has it; a semicolon would cut every connection string short.
 */
const legal = /^[A-Za-z0-9\-.+%_#*?!(),=@$':]{1,128}$/

/** The URL Standard (URL parsing, dot segments) and RFC 3986 §5.2.4 remove these segments, escaped or not, so that a request reaches another resource. */
const dotReason = ': clients remove such a segment from every URL'

/** @throws Refusal ArgumentInvalid */
export function checkId(kind: 'deviceId' | 'moduleId', id: unknown): string {
  if (id === '.' || id === '..') throw new Refusal('ArgumentInvalid', `${kind} must not be '.' or '..'${dotReason}`)
  if (typeof id === 'string' && legal.test(id)) return id
  throw new Refusal(
    'ArgumentInvalid',
    `${kind} must be 1 to 128 ASCII letters, digits or - . + % _ # * ? ! ( ) , = @ $ ' :`,
  )
}
