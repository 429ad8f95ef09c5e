import { isDeviceId } from '../base/device-id.ts'
import type { CodeRecord, CodeRecords } from '../base/store.ts'

/**
 * Crockford's base 32. It does not write I, L, and O, which people confuse, and reads them as 1, 1,
 * and 0.
 */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const LENGTH = 12
const WHOLE = new RegExp(`^[${ALPHABET}]{${LENGTH}}$`)

export interface OneTimeCode {
  /** Such as `K7QF-9XRM-2T4D`: 60 random bits, easy to read aloud and to type. */
  readonly code: string
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

/** The device behind a spent code. */
export type SpentCode = Pick<CodeRecord, 'deviceId' | 'createdAt'>

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

/**
 * Stores the hash of each code, never the code. The codes live for minutes, too short to try 2⁶⁰ of
 * them, so they need no slow hash.
 */
export function oneTimeCodes(records: CodeRecords, now: () => number): OneTimeCodes {
  return {
    async make(deviceId, lifetimeInSeconds) {
      if (!isDeviceId(deviceId)) throw new TypeError(`${JSON.stringify(deviceId)} cannot be a device ID`)
      // 256 is a multiple of 32, so every character is as likely as any other.
      const random = crypto.getRandomValues(new Uint8Array(LENGTH))
      const characters = Array.from(random, (byte) => ALPHABET[byte % ALPHABET.length]).join('')
      const createdAt = now()
      const expiresAt = createdAt + lifetimeInSeconds * 1000
      await records.put(await hashOf(characters), { deviceId, createdAt, expiresAt })
      return { code: characters.replace(/(.{4})(.{4})/, '$1-$2-'), expiresAt }
    },
    isWellFormed: (code) => WHOLE.test(normalize(code)),
    async spend(code) {
      const characters = normalize(code)
      if (!WHOLE.test(characters)) return undefined
      const record = await records.take(await hashOf(characters))
      return record !== undefined && record.expiresAt > now() ? record : undefined
    },
  }
}

function normalize(code: string): string {
  return code.toUpperCase().replace(/[\s-]/g, '').replace(/[IL]/g, '1').replace(/O/g, '0')
}

async function hashOf(characters: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(characters))
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
