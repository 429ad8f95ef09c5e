import type { Store } from './store.ts'

/** Crockford's base 32: what people mix up (I, L, O) is not in it, and is read as what it looks like. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const LENGTH = 12
const FOLDER = 'codes/'

export interface OneTimeCode {
  /** Such as `K7QF-9XRM-2T4D`: sixty random bits, to be read aloud and typed. */
  readonly code: string
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

/** Codes that turn a device into one of the fleet, once. */
export interface OneTimeCodes {
  make(deviceId: string, lifetimeInSeconds: number): Promise<OneTimeCode>
  /** Spends a code. @returns its device, `undefined` where it is unknown, spent or over */
  spend(code: string): Promise<string | undefined>
}

interface Record {
  readonly deviceId: string
  readonly expiresAt: number
}

/**
 * Keeps the hash of each code and never the code. Sixty bits that are good for minutes need no slow hash: nobody tries 2⁶⁰ in that time.
 */
export function oneTimeCodes(store: Store, now: () => number): OneTimeCodes {
  async function read(name: string): Promise<Record | undefined> {
    const text = await store.read(name)
    return text === undefined ? undefined : (JSON.parse(text) as Record)
  }

  async function sweep(): Promise<void> {
    for (const name of await store.list(FOLDER)) {
      const record = await read(name)
      if (record !== undefined && record.expiresAt <= now()) await store.remove(name)
    }
  }

  return {
    async make(deviceId, lifetimeInSeconds) {
      await sweep()
      // 256 is a multiple of 32, so every character is as likely as any other.
      const random = crypto.getRandomValues(new Uint8Array(LENGTH))
      const characters = Array.from(random, (byte) => ALPHABET[byte % ALPHABET.length]).join('')
      const expiresAt = now() + lifetimeInSeconds * 1000
      await store.write(await nameOf(characters), JSON.stringify({ deviceId, expiresAt } satisfies Record))
      return { code: characters.replace(/(.{4})(.{4})/, '$1-$2-'), expiresAt }
    },
    async spend(code) {
      const characters = normalised(code)
      if (characters.length !== LENGTH) return undefined
      const name = await nameOf(characters)
      const record = await read(name)
      // Of those who come with the same code at the same time, one removes it.
      if (record === undefined || !(await store.remove(name))) return undefined
      return record.expiresAt > now() ? record.deviceId : undefined
    },
  }
}

function normalised(code: string): string {
  return code.toUpperCase().replace(/[\s-]/g, '').replace(/[IL]/g, '1').replace(/O/g, '0')
}

async function nameOf(characters: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(characters))
  return `${FOLDER}${Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('')}.json`
}
