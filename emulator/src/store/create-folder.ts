import { mkdir, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

/**
 * Creates a folder and its missing parents, readable only by their owner. It does not change a
 * folder that exists.
 *
 * Creates them one by one: with the option `recursive`, Node tries forever below a folder that
 * answers ENOENT to every `mkdir`, such as /proc.
 *
 * @throws Error from the system, such as ENOTDIR or EACCES
 */
export async function createFolder(folder: string): Promise<void> {
  const path = resolve(folder)
  if (await isFolder(path)) return
  if (dirname(path) !== path) await createFolder(dirname(path))
  try {
    await mkdir(path, { mode: 0o700 })
  } catch (error) {
    // Another process may have created it in the meantime.
    if (!(await isFolder(path))) throw error
  }
}

/** @returns false if it does not exist, or is a file */
async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}
