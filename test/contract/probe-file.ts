import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileStorage } from 'hubtwin/file-storage'

/** Keeps a value in a file. */
export async function probeFile(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'hubtwin-probe-'))
  try {
    const storage = fileStorage(folder)
    await storage.set('probe', 'a')
    if ((await storage.get('probe')) !== 'a') throw new Error('It forgets at once')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
