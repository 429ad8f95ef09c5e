import { Refusal } from '../errors/refusal.ts'

/**
 * A device, or a module of a device.
 * @example
 * ```ts
 * import { type Identity, startHub } from 'hubtwin-emulator'
 *
 * const module: Identity = { deviceId: 'device1', moduleId: 'filter' }
 * const hub = await startHub()
 * await hub.createModule(module.deviceId, module.moduleId ?? '')
 * console.log(hub.twin(module.deviceId, module.moduleId))
 * await hub.close()
 * ```
 */
export interface Identity {
  readonly deviceId: string
  readonly moduleId?: string
}

/**
 * The key of an identity, which is also its MQTT client ID (docs/protocol/protocol.md §1.4). IDs
 * contain no `/`, so the keys of devices and modules differ.
 */
export function identityKey({ deviceId, moduleId }: Identity): string {
  return moduleId === undefined ? deviceId : `${deviceId}/${moduleId}`
}

export function identityOf(deviceId: string, moduleId: string | undefined): Identity {
  return moduleId === undefined ? { deviceId } : { deviceId, moduleId }
}

/**
 * Up to 128 ASCII letters, digits, and the signs of docs/protocol/protocol.md §3. The sources
 * disagree about `:` and `;`. A colon is legal, as in the service's own description. A semicolon is
 * not, because it would end a field of a connection string.
 */
const LEGAL = /^[A-Za-z0-9\-.+%_#*?!(),=@$':]{1,128}$/

/** The rule for an ID, for errors. */
export const ID_RULE = "1 to 128 ASCII letters, digits, or - . + % _ # * ? ! ( ) , = @ $ ' :"

const MAX_SHOWN = 20

/**
 * Clients remove dot segments from URLs, escaped or not, so a request would reach another resource
 * (URL Standard: URL parsing, dot segments; RFC 3986 §5.2.4).
 */
const DOT_REASON = ': clients remove such a segment from every URL'

/** @throws Refusal ArgumentInvalid */
export function checkId(kind: 'deviceId' | 'moduleId', id: unknown): string {
  if (id === '.' || id === '..') throw new Refusal('ArgumentInvalid', `${kind} must not be '.' or '..'${DOT_REASON}`)
  if (typeof id === 'string' && LEGAL.test(id)) return id
  throw new Refusal('ArgumentInvalid', `${kind} is ${textOf(id)}; expected ${ID_RULE}`)
}

/** A given ID for an error: only its start, since it may be a connection string with a key. */
function textOf(id: unknown): string {
  if (typeof id !== 'string') return id === undefined || id === null ? 'missing' : `of type ${typeof id}`
  return JSON.stringify(id.length > MAX_SHOWN ? `${id.slice(0, MAX_SHOWN)}…` : id)
}
