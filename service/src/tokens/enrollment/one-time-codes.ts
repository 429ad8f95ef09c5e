import { isDeviceId } from '../base/device-id.ts'
import type { Store } from '../base/store.ts'

/** Crockford's base 32: what people mix up (I, L, O) is not in it, and is read as what it looks like. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const LENGTH = 12
const WHOLE = new RegExp(`^[${ALPHABET}]{${LENGTH}}$`)
const FOLDER = 'codes/'

export interface OneTimeCode {
  /** Such as `K7QF-9XRM-2T4D`: sixty random bits, to be read aloud and typed. */
  readonly code: string
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

/** What a spent code stands for. */
export interface SpentCode {
  readonly deviceId: string
  /** Milliseconds since 1970. */
  readonly createdAt: number
}

/** Codes that turn a device into one of the fleet, once. */
export interface OneTimeCodes {
  /** @throws TypeError where the hub can have no such device */
  make(deviceId: string, lifetimeInSeconds: number): Promise<OneTimeCode>
  /** Whether a text has the form of a code, as people write it. Any other text is no guess. */
  isWellFormed(code: string): boolean
  /** Spends a code. @returns `undefined` where it is unknown, spent or over */
  spend(code: string): Promise<SpentCode | undefined>
}

interface Record extends SpentCode {
  readonly expiresAt: number
}

/**
 * Keeps the hash of each code and never the code. Sixty bits that are good for minutes need no slow hash: nobody tries 2⁶⁰ in that time.
 *
 * @param onSkipped gets the name of each file that holds no code: a crash or a full disk may leave an empty one
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
      if (!isDeviceId(deviceId)) throw new TypeError(`${JSON.stringify(deviceId)} cannot be the ID of a device`)
      await sweep()
      // 256 is a multiple of 32, so every character is as likely as any other.
      const random = crypto.getRandomValues(new Uint8Array(LENGTH))
      const characters = Array.from(random, (byte) => ALPHABET[byte % ALPHABET.length]).join('')
      const createdAt = now()
      const expiresAt = createdAt + lifetimeInSeconds * 1000
      await store.write(await nameOf(characters), JSON.stringify({ deviceId, createdAt, expiresAt } satisfies Record))
      return { code: characters.replace(/(.{4})(.{4})/, '$1-$2-'), expiresAt }
    },
    isWellFormed: (code) => WHOLE.test(normalised(code)),
    async spend(code) {
      const characters = normalised(code)
      if (!WHOLE.test(characters)) return undefined
      const name = await nameOf(characters)
      const record = await read(name)
      // Of those who come with the same code at the same time, one removes it.
      if (record === undefined || !(await store.remove(name))) return undefined
      return record.expiresAt > now() ? record : undefined
    },
  }
}

/** A record without a time of creation is of an older version: every revocation of its device is later. */
function readRecord(value: unknown): Record {
  const { deviceId, createdAt = 0, expiresAt } = value as Partial<Record>
  if (typeof deviceId !== 'string' || typeof createdAt !== 'number' || typeof expiresAt !== 'number') {
    throw new SyntaxError('A file holds no one-time code')
  }
  return { deviceId, createdAt, expiresAt }
}

function normalised(code: string): string {
  return code.toUpperCase().replace(/[\s-]/g, '').replace(/[IL]/g, '1').replace(/O/g, '0')
}

async function nameOf(characters: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(characters))
  return `${FOLDER}${Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('')}.json`
}
