import { makeSigningKey, type SigningKey } from './signing-key.ts'
import type { Store } from '../base/store.ts'

const FILE = 'signing-keys.json'

/** The service's signing keys. The newest signs; older keys still verify what they signed. */
export interface SigningKeys {
  /** Newest first. Generates a key if there is none. */
  all(): Promise<readonly SigningKey[]>
  /**
   * Generates the key that signs from now on.
   *
   * @param options.keepOld `false` invalidates every earlier JWT at once @default true
   */
  rotate(options?: { readonly keepOld?: boolean }): Promise<SigningKey>
}

/** Reports whether a service has generated its keys in this store. */
export async function hasSigningKeys(store: Store): Promise<boolean> {
  return (await store.read(FILE)) !== undefined
}

/**
 * Opens the signing keys in a store.
 *
 * @param lifetimeInSeconds lifetime of the JWTs: a key is dropped when every JWT that it signed has
 *   expired
 */
export function signingKeys(store: Store, lifetimeInSeconds: number, now: () => number): SigningKeys {
  async function all(): Promise<readonly SigningKey[]> {
    const text = await store.read(FILE)
    if (text !== undefined) return readKeys(text)
    // Two processes may start at once: only the first stores its key, and both read that key.
    await store.create(FILE, JSON.stringify([await makeSigningKey(now())]))
    return all()
  }

  return {
    all,
    async rotate({ keepOld = true } = {}) {
      const key = await makeSigningKey(now())
      const old = keepOld ? await all() : []
      // A key signed until the next newer key was created.
      const kept = old.filter((_, index) => {
        const retiredAt = old[index - 1]?.createdAt ?? key.createdAt
        return retiredAt + lifetimeInSeconds * 1000 > key.createdAt
      })
      await store.write(FILE, JSON.stringify([key, ...kept]))
      return key
    },
  }
}

/** Never replaces a damaged file: its keys verify every JWT in use. */
function readKeys(text: string): readonly SigningKey[] {
  try {
    const keys: unknown = JSON.parse(text)
    if (Array.isArray(keys) && keys.length > 0) return keys as SigningKey[]
  } catch {
    // The error below never quotes the text, which holds private keys.
  }
  throw new SyntaxError(`${FILE} holds no signing keys; restore it, or delete it and enroll each device again`)
}
