import { appendFile, link, mkdir, readdir, readFile, rename, stat, unlink, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Store } from '../tokens/store.ts'

/**
 * Keeps each text as a file of a folder that its owner alone may read (files 0600, folders 0700).
 *
 * Removing and creating are left to the file system, which does either for one process only, whoever else tries at the same time.
 *
 * @param folder is made where it does not exist
 */
export function folderStore(folder: string): Store {
  const pathOf = (name: string): string => join(folder, name)
  const seen = new Map<string, { readonly stamp: string; readonly text: string }>()

  async function writeAside(path: string, text: string): Promise<string> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    const aside = `${path}.${crypto.randomUUID()}.new`
    await writeFile(aside, text, { mode: 0o600 })
    return aside
  }

  return {
    async read(name) {
      const path = pathOf(name)
      return absentIs(undefined, async () => {
        const { mtimeNs, size, ino } = await stat(path, { bigint: true })
        const stamp = `${mtimeNs} ${size} ${ino}`
        const known = seen.get(name)
        if (known?.stamp === stamp) return known.text
        const text = await readFile(path, 'utf8')
        // A file that has just changed may change again within the clock's grain.
        if (Date.now() - Number(mtimeNs / 1_000_000n) > 2_000) seen.set(name, { stamp, text })
        else seen.delete(name)
        return text
      })
    },
    async write(name, text) {
      await rename(await writeAside(pathOf(name), text), pathOf(name))
    },
    async create(name, text) {
      const aside = await writeAside(pathOf(name), text)
      try {
        await link(aside, pathOf(name))
        return true
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
        throw error
      } finally {
        await unlink(aside)
      }
    },
    async append(name, text) {
      const path = pathOf(name)
      await mkdir(dirname(path), { recursive: true, mode: 0o700 })
      await appendFile(path, text, { mode: 0o600 })
    },
    remove: (name) =>
      absentIs(false, async () => {
        seen.delete(name)
        await unlink(pathOf(name))
        return true
      }),
    list: (prefix) =>
      absentIs([], async () => {
        const names = await readdir(folder, { recursive: true })
        return names.filter((name) => name.startsWith(prefix) && !name.endsWith('.new'))
      }),
  }
}

async function absentIs<T>(absent: T, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return absent
    throw error
  }
}

/** Reads a file anew when it has changed. @throws Error where it is not there */
export function watchedText(file: string): () => Promise<string> {
  const store = folderStore(dirname(file))
  return async () => {
    const text = await store.read(basename(file))
    if (text === undefined) throw new Error(`There is no file ${file}`)
    return text
  }
}
