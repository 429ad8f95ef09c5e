import type { SigningKeyRecord, Store } from '../base/store.ts'
import { makeSigningKey, type SigningKey } from './signing-key.ts'

/**
 * The service's signing keys. The newest key signs; older keys still verify the JWTs that they
 * signed.
 */
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
  return (await store.signingKeys.read()) !== undefined
}

/**
 * Opens the signing keys in a store. It reads them for each JWT, so all processes that share the
 * store know a new key before any of them signs with it.
 *
 * @param lifetimeInSeconds lifetime of the JWTs: a key is dropped when every JWT that it signed has
 *   expired
 */
export function signingKeys(record: SigningKeyRecord, lifetimeInSeconds: number, now: () => number): SigningKeys {
  /** Parsed once for each text, so that the keys keep their identity. */
  let parsed: { readonly text: string; readonly keys: readonly SigningKey[] } | undefined

  function parse(text: string): readonly SigningKey[] {
    if (parsed?.text !== text) parsed = { text, keys: readKeys(text) }
    return parsed.keys
  }

  /** Returns the stored text. Without one, generates the first key. */
  async function current(): Promise<string> {
    const text = await record.read()
    if (text !== undefined) return text
    // Several processes may start at once: only the first stores its key, and all read that key.
    await record.replace(undefined, JSON.stringify([await makeSigningKey(now())]))
    return current()
  }

  return {
    all: async () => parse(await current()),
    async rotate({ keepOld = true } = {}) {
      const key = await makeSigningKey(now())
      let isDone = false
      while (!isDone) {
        const before = await current()
        const old = keepOld ? parse(before) : []
        // A key signed until the creation of the next newer key.
        const kept = old.filter((_, index) => {
          const retiredAt = old[index - 1]?.createdAt ?? key.createdAt
          return retiredAt + lifetimeInSeconds * 1000 > key.createdAt
        })
        // Of two rotations at the same time, the second keeps the key of the first.
        isDone = await record.replace(before, JSON.stringify([key, ...kept]))
      }
      return key
    },
  }
}

/** Never replaces damaged keys: they verify every JWT in use. */
function readKeys(text: string): readonly SigningKey[] {
  try {
    const keys: unknown = JSON.parse(text)
    if (Array.isArray(keys) && keys.length > 0) return keys as SigningKey[]
  } catch {
    // The error below never quotes the text, which holds private keys.
  }
  throw new SyntaxError(
    'signing-keys.json holds no signing keys; restore it, or delete it and enroll each device again',
  )
}
