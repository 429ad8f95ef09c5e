import type { JsonObject } from 'hubtwin'
import * as v from 'valibot'
import type { TokenService } from '../shared/token-service.ts'

// Reading `localStorage` throws if the browser blocks it. Writing throws if the quota is used up.
const KEYS = { device: 'kiosk/enrolled', last: 'kiosk/last', test: 'kiosk/test' } as const

// This storage has other writers: a person in DevTools, an older version, a page of the same
// origin.
const deviceSchema = v.object({
  hostName: v.pipe(v.string(), v.nonEmpty()),
  deviceId: v.pipe(v.string(), v.nonEmpty()),
  endpoint: v.optional(v.pipe(v.string(), v.url(), v.regex(/^wss?:/))),
})
const lastSchema = v.object({
  desired: v.custom<JsonObject>((value) => typeof value === 'object' && value !== null && !Array.isArray(value)),
  // The range of a Date (ECMA-262 §21.4.1.1).
  seenAt: v.pipe(v.number(), v.minValue(0), v.maxValue(8.64e15)),
})

/** The last known state. `seenAt` is in milliseconds since 1970; 0 means never. */
export type Last = v.InferOutput<typeof lastSchema>

/**
 * The stored device. `lost` means that only the token service knows whether this page is enrolled.
 */
export type StoredDevice =
  | { readonly type: 'none' }
  | { readonly type: 'stored'; readonly service: TokenService }
  | { readonly type: 'lost'; readonly why: string }

/** A kiosk gets its tokens from the origin of its page, regardless of the storage. */
export function loadDevice(): StoredDevice {
  const text = readText(KEYS.device)
  if (text === undefined || (text === null && !canStore())) {
    return { type: 'lost', why: 'This browser stores nothing for this page, because the storage is blocked or full' }
  }
  if (text === null) return { type: 'none' }
  const device = parse(deviceSchema, text)
  if (device === undefined) return { type: 'lost', why: 'The stored data of this kiosk is damaged' }
  return { type: 'stored', service: { ...device, address: location.origin } }
}

export function loadLast(): Last {
  const last = parse(lastSchema, readText(KEYS.last) ?? '')
  return { desired: last?.desired ?? {}, seenAt: Math.min(last?.seenAt ?? 0, Date.now()) }
}

export function storeLast(last: Last): void {
  write(KEYS.last, JSON.stringify(last))
}

/** Replaces all stored data. @returns whether the storage had room; if not, nothing is stored */
export function storeDevice({ hostName, deviceId, endpoint }: TokenService): boolean {
  remove(KEYS.last)
  remove(KEYS.device)
  return write(KEYS.device, JSON.stringify({ hostName, deviceId, endpoint }))
}

/** Calls the listener when another tab enrolls. */
export function onOtherTabEnrolled(listener: () => void): void {
  window.addEventListener('storage', ({ key }) => key === KEYS.device && listener())
}

/**
 * Tests with more data than a device needs: an ID has at most 128 characters, a host name at most
 * 253.
 */
function canStore(): boolean {
  const isWritten = write(KEYS.test, 'x'.repeat(1024))
  remove(KEYS.test)
  return isWritten
}

/** @returns `null` for a missing entry, `undefined` if the browser has no storage */
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
    // A storage that cannot be read has nothing to remove.
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
