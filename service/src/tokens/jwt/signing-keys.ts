import { makeSigningKey, type SigningKey } from './verifier.ts'
import type { Store } from '../base/store.ts'

const FILE = 'signing-keys.json'

/** The keys that this service signs with: the newest signs, older ones still prove what they signed. */
export interface SigningKeys {
  /** Newest first; makes the first one where there is none. */
  all(): Promise<readonly SigningKey[]>
  /**
   * Makes a new key and signs with it from now on.
   *
   * @param options.keepOld `false` ends every JWT that was signed before, at once
   */
  rotate(options?: { readonly keepOld?: boolean }): Promise<SigningKey>
}

/** Whether a service has made its keys in this store. */
export async function hasSigningKeys(store: Store): Promise<boolean> {
  return (await store.read(FILE)) !== undefined
}

/**
 * @param lifetimeInSeconds of what the keys sign: an older key is dropped when nothing that it signed can be good any more
 */
export function signingKeys(store: Store, lifetimeInSeconds: number, now: () => number): SigningKeys {
  async function all(): Promise<readonly SigningKey[]> {
    const text = await store.read(FILE)
    if (text !== undefined) return readKeys(text)
    // Two processes may start at once: one of them makes the key, the other reads it.
    await store.create(FILE, JSON.stringify([await makeSigningKey(now())]))
    return all()
  }

  return {
    all,
    async rotate({ keepOld = true } = {}) {
      const key = await makeSigningKey(now())
      const old = keepOld ? await all() : []
      // A key signed until the next newer one came.
      const kept = old.filter((_, index) => {
        const retiredAt = old[index - 1]?.createdAt ?? key.createdAt
        return retiredAt + lifetimeInSeconds * 1000 > key.createdAt
      })
      await store.write(FILE, JSON.stringify([key, ...kept]))
      return key
    },
  }
}

/** A file at fault is never replaced: the keys in it prove every JWT that is out there. */
function readKeys(text: string): readonly SigningKey[] {
  try {
    const keys: unknown = JSON.parse(text)
    if (Array.isArray(keys) && keys.length > 0) return keys as SigningKey[]
  } catch {
    // Said below, and never with the text: it holds private keys.
  }
  throw new SyntaxError(`${FILE} holds no signing keys; restore it, or delete it and enroll each device again`)
}
