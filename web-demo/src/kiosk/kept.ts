import type { JsonObject } from 'hubtwin'
import * as v from 'valibot'
import type { TokenService } from '../shared/token-service.ts'

/** Reading `localStorage` throws where a browser blocks it, and writing throws when its quota is used up. */
const KEYS = { device: 'kiosk/enrolled', last: 'kiosk/last', test: 'kiosk/test' } as const

// Other programs write to this storage too: a person in DevTools, an older version, a page at the same origin.
const DEVICE = v.object({
  hostName: v.pipe(v.string(), v.nonEmpty()),
  deviceId: v.pipe(v.string(), v.nonEmpty()),
  endpoint: v.optional(v.pipe(v.string(), v.url(), v.regex(/^wss?:/))),
})
const LAST = v.object({
  desired: v.custom<JsonObject>((value) => typeof value === 'object' && value !== null && !Array.isArray(value)),
  // The range of a Date (ECMA-262 §21.4.1.1).
  seenAt: v.pipe(v.number(), v.minValue(0), v.maxValue(8.64e15)),
})

/** The state that was shown last; `seenAt` is in milliseconds since 1970, 0 for never. */
export type Last = v.InferOutput<typeof LAST>

/** What the storage says about the device of this page. `lost` means that it may be enrolled, and the service has to say. */
export type KeptDevice =
  | { readonly type: 'none' }
  | { readonly type: 'kept'; readonly service: TokenService }
  | { readonly type: 'lost'; readonly why: string }

/** The tokens of a kiosk come from the origin of its page, whatever the storage says. */
export function readDevice(): KeptDevice {
  const text = readText(KEYS.device)
  if (text === undefined || (text === null && !canKeep())) {
    return { type: 'lost', why: 'This browser keeps nothing for this page: its storage is blocked or full' }
  }
  if (text === null) return { type: 'none' }
  const device = parse(DEVICE, text)
  if (device === undefined) return { type: 'lost', why: 'The stored data of this kiosk is damaged' }
  return { type: 'kept', service: { ...device, address: location.origin } }
}

export function readLast(): Last {
  const last = parse(LAST, readText(KEYS.last) ?? '')
  return { desired: last?.desired ?? {}, seenAt: Math.min(last?.seenAt ?? 0, Date.now()) }
}

export function keepLast(last: Last): void {
  write(KEYS.last, JSON.stringify(last))
}

/** Replaces everything that is stored about the kiosk. @returns whether there was room; if not, nothing is stored */
export function keepDevice({ hostName, deviceId, endpoint }: TokenService): boolean {
  remove(KEYS.last)
  remove(KEYS.device)
  return write(KEYS.device, JSON.stringify({ hostName, deviceId, endpoint }))
}

/** Calls back when another tab enrolls. */
export function onOtherTabEnrolled(listener: () => void): void {
  window.addEventListener('storage', ({ key }) => key === KEYS.device && listener())
}

/** More than a device takes: identifiers of a hub end at 128 characters, and its host name at 253. */
function canKeep(): boolean {
  const isWritten = write(KEYS.test, 'x'.repeat(1024))
  remove(KEYS.test)
  return isWritten
}

/** @returns `null` for an entry that does not exist, `undefined` without a storage */
function readText(key: string): string | null | undefined {
  try {
    return localStorage.getItem(key)
  } catch {
    return undefined
  }
}

function write(key: string, text: string): boolean {
  try {
    localStorage.setItem(key, text)
    return true
  } catch {
    return false
  }
}

function remove(key: string): void {
  try {
    localStorage.removeItem(key)
  } catch {
    // Nothing is stored where nothing can be read.
  }
}

function parse<Schema extends v.GenericSchema>(schema: Schema, text: string): v.InferOutput<Schema> | undefined {
  try {
    const { success, output } = v.safeParse(schema, JSON.parse(text))
    return success ? output : undefined
  } catch {
    return undefined
  }
}
