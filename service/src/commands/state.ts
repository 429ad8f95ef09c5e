import { folderStore } from '../runtime/folder-store.ts'
import { hasSigningKeys } from '../tokens/jwt/signing-keys.ts'
import type { Store } from '../tokens/base/store.ts'

/**
 * Opens the state of a token service that has run before. In a new folder, a revocation would have
 * no effect.
 *
 * @throws Error if the folder holds no such state
 */
export async function openState(folder: string): Promise<Store> {
  const store = folderStore(folder)
  if (await hasSigningKeys(store)) return store
  throw new Error(
    `No token service has its state in ${folder} (relative to ${process.cwd()}); pass the --state folder of "serve"`,
  )
}
