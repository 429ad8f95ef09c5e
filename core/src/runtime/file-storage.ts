import { access, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { TwinStorage } from '../session/storage.ts'

/**
 * Keeps the reports that wait for the hub in files, in Node, Deno and Bun. It writes a temporary
 * file and renames it, so that a killed process or a full disk leaves the last complete file.
 *
 * @param folder created on first use, readable only by its owner
 * @throws TypeError when the folder is not the path of a folder
 * @example
 * ```ts
 * import { openTwin } from 'hubtwin'
 * import { fileStorage } from 'hubtwin/file-storage'
 *
 * const connectionString = process.env.IOTHUB_DEVICE_CONNECTION_STRING ?? ''
 * const twin = openTwin(connectionString, { reportStorage: fileStorage('./state') })
 * await twin.close()
 * ```
 */
export function fileStorage(folder: string): TwinStorage {
  if (typeof folder !== 'string' || folder === '') {
    const given = folder === '' ? 'an empty string' : `of type ${typeof folder}`
    throw new TypeError(`folder is ${given}; expected the path of a folder, such as './state'`)
  }
  // A key has slashes, and an ID may have : * ? which some file systems reject.
  const fileOf = (key: string): string => join(folder, `${encodeURIComponent(key).replace(/\*/g, '%2A')}.json`)

  return {
    async get(key) {
      try {
        return await readFile(fileOf(key), 'utf8')
      } catch (error) {
        if ((error as { code?: unknown }).code === 'ENOENT') return undefined
        throw error
      }
    },
    async set(key, value) {
      try {
        await createFolder(folder)
        const file = fileOf(key)
        // Without a flush, the renamed file may be empty after a power failure (fsync(2),
        // rename(2)).
        await writeFile(`${file}.new`, value, { mode: 0o600, flush: true })
        await rename(`${file}.new`, file)
      } catch (cause) {
        throw new Error(`The folder ${folder} cannot be created or written: ${String(cause)}`, { cause })
      }
    },
    async remove(key) {
      await rm(fileOf(key), { force: true })
    },
  }
}

/**
 * Creates a folder and its missing parents one by one. With the option `recursive`, Node tries
 * forever below a folder that answers ENOENT to every `mkdir`, such as /proc.
 */
async function createFolder(folder: string): Promise<void> {
  if (await exists(folder)) return
  if (dirname(folder) !== folder) await createFolder(dirname(folder))
  try {
    await mkdir(folder, { mode: 0o700 })
  } catch (error) {
    // Another process may have created it in the meantime.
    if (!(await exists(folder))) throw error
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
