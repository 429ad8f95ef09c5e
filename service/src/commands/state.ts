import { folderStore } from '../runtime/folder-store.ts'
import { hasSigningKeys } from '../tokens/jwt/signing-keys.ts'
import type { Store } from '../tokens/base/store.ts'

/**
 * Opens the state of a token service that has run. In a new folder a revocation would end nothing.
 *
 * @throws Error where the folder holds no such state
 */
export async function openState(folder: string): Promise<Store> {
  const store = folderStore(folder)
  if (await hasSigningKeys(store)) return store
  throw new Error(
    `No token service has its state in ${folder} (seen from ${process.cwd()}); --state names the folder that "serve" uses`,
  )
}
