import { isDeviceId } from '../base/device-id.ts'
import type { Store } from '../base/store.ts'

/**
 * Crockford's base 32. It lacks I, L, and O, which people confuse, and reads them as 1, 1, and 0.
 */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const LENGTH = 12
const WHOLE = new RegExp(`^[${ALPHABET}]{${LENGTH}}$`)
const FOLDER = 'codes/'

export interface OneTimeCode {
  /** Such as `K7QF-9XRM-2T4D`: 60 random bits, easy to read aloud and to type. */
  readonly code: string
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

/** The device behind a spent code. */
export interface SpentCode {
  readonly deviceId: string
  /** Milliseconds since 1970. */
  readonly createdAt: number
}

/** Codes that each enroll a single device, once. */
export interface OneTimeCodes {
  /** @throws TypeError if the text cannot be a device ID */
  make(deviceId: string, lifetimeInSeconds: number): Promise<OneTimeCode>
  /**
   * Reports whether a text is shaped like a code, as people write it. Any other text is not a
   * guess.
   */
  isWellFormed(code: string): boolean
  /** Spends a code. @returns `undefined` if it is unknown, spent, or expired */
  spend(code: string): Promise<SpentCode | undefined>
}

interface Record extends SpentCode {
  readonly expiresAt: number
}

/**
 * Stores the hash of each code, never the code. The codes live for minutes, too short to try 2⁶⁰ of
 * them, so they need no slow hash.
 *
 * @param onSkipped called with the name of each file that holds no code: a crash or a full disk can
 *   leave an empty file
 */
export function oneTimeCodes(store: Store, now: () => number, onSkipped: (name: string) => void): OneTimeCodes {
  async function read(name: string): Promise<Record | undefined> {
    try {
      const text = await store.read(name)
      return text === undefined ? undefined : readRecord(JSON.parse(text))
    } catch {
      onSkipped(name)
      return undefined
    }
  }

  async function sweep(): Promise<void> {
    for (const name of await store.list(FOLDER)) {
      const record = await read(name)
      if (record !== undefined && record.expiresAt <= now()) await store.remove(name)
    }
  }

  return {
    async make(deviceId, lifetimeInSeconds) {
      if (!isDeviceId(deviceId)) throw new TypeError(`${JSON.stringify(deviceId)} cannot be a device ID`)
      await sweep()
      // 256 is a multiple of 32, so every character is as likely as any other.
      const random = crypto.getRandomValues(new Uint8Array(LENGTH))
      const characters = Array.from(random, (byte) => ALPHABET[byte % ALPHABET.length]).join('')
      const createdAt = now()
      const expiresAt = createdAt + lifetimeInSeconds * 1000
      await store.write(await nameOf(characters), JSON.stringify({ deviceId, createdAt, expiresAt } satisfies Record))
      return { code: characters.replace(/(.{4})(.{4})/, '$1-$2-'), expiresAt }
    },
    isWellFormed: (code) => WHOLE.test(normalize(code)),
    async spend(code) {
      const characters = normalize(code)
      if (!WHOLE.test(characters)) return undefined
      const name = await nameOf(characters)
      const record = await read(name)
      // Of several clients with the same code at the same time, only one removes it.
      if (record === undefined || !(await store.remove(name))) return undefined
      return record.expiresAt > now() ? record : undefined
    },
  }
}

/**
 * An older version wrote records without a creation time: every revocation of the device counts as
 * later.
 */
function readRecord(value: unknown): Record {
  const { deviceId, createdAt = 0, expiresAt } = value as Partial<Record>
  if (typeof deviceId !== 'string' || typeof createdAt !== 'number' || typeof expiresAt !== 'number') {
    throw new SyntaxError('A file holds no one-time code')
  }
  return { deviceId, createdAt, expiresAt }
}

function normalize(code: string): string {
  return code.toUpperCase().replace(/[\s-]/g, '').replace(/[IL]/g, '1').replace(/O/g, '0')
}

async function nameOf(characters: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(characters))
  return `${FOLDER}${Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('')}.json`
}
