import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Hub } from '../hub/hub.ts'

/** Without a data folder the CA still needs a file that NODE_EXTRA_CA_CERTS can name. It goes away with the hub; its key is never written. */
export async function authorityFile(hub: Hub): Promise<{ path: string; remove: () => Promise<void> }> {
  if (hub.certificateAuthorityFile !== undefined) {
    return { path: hub.certificateAuthorityFile, remove: () => Promise.resolve() }
  }
  const folder = await mkdtemp(join(tmpdir(), 'hubtwin-'))
  const path = join(folder, 'ca.pem')
  await writeFile(path, hub.certificateAuthority)
  await chmod(path, 0o644)
  return { path, remove: () => rm(folder, { recursive: true, force: true }) }
}
