import { link, mkdir, open, readdir, readFile, rename, stat, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Store } from '../tokens/base/store.ts'

/**
 * Keeps each text as a file of a folder that its owner alone may read (files 0600, folders 0700). What was written survives a power cut.
 *
 * Removing and creating are left to the file system, which does either for one process only, whoever else tries at the same time.
 * Files that people edit may be UTF-8 or UTF-16 with a byte order mark, as Windows PowerShell writes them.
 *
 * @param folder is made where it does not exist
 */
export function folderStore(folder: string): Store {
  const pathOf = (name: string): string => join(folder, name)
  const seen = new Map<string, { readonly stamp: string; readonly text: string }>()

  async function write(name: string, text: string): Promise<void> {
    await rename(await writeAside(pathOf(name), text), pathOf(name))
    await syncFolderOf(pathOf(name))
  }

  return {
    async read(name) {
      const path = pathOf(name)
      return absentIs(undefined, async () => {
        const { mtimeNs, size, ino } = await stat(path, { bigint: true })
        const stamp = `${mtimeNs} ${size} ${ino}`
        const known = seen.get(name)
        if (known?.stamp === stamp) return known.text
        const text = decode(await readFile(path))
        // A file that has just changed may change again within the clock's grain.
        if (Date.now() - Number(mtimeNs / 1_000_000n) > 2_000) seen.set(name, { stamp, text })
        else seen.delete(name)
        return text
      })
    },
    write,
    async create(name, text) {
      const aside = await writeAside(pathOf(name), text)
      try {
        await link(aside, pathOf(name))
        await syncFolderOf(pathOf(name))
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
      const before = await absentIs(undefined, () => readFile(path))
      // UTF-8 after UTF-16 could not be read back.
      if (before !== undefined && utf16Of(before) !== undefined) return write(name, decode(before) + text)
      await writeThrough(path, 'a', text)
      await syncFolderOf(path)
    },
    remove: (name) =>
      absentIs(false, async () => {
        seen.delete(name)
        await unlink(pathOf(name))
        // A code that was spent must not be back after a power cut.
        await syncFolderOf(pathOf(name))
        return true
      }),
    list: (prefix) =>
      absentIs([], async () => {
        const names = await readdir(folder, { recursive: true })
        return names.filter((name) => name.startsWith(prefix) && !name.endsWith('.new'))
      }),
  }
}

async function writeAside(path: string, text: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const aside = `${path}.${crypto.randomUUID()}.new`
  await writeThrough(aside, 'wx', text)
  return aside
}

/** To the disk before it counts: a file that is renamed without may be empty after a power cut (fsync(2), rename(2)). */
async function writeThrough(path: string, flags: 'a' | 'wx', text: string): Promise<void> {
  const file = await open(path, flags, 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** The name of a file is in its folder, which has a cache of its own (fsync(2)). */
async function syncFolderOf(path: string): Promise<void> {
  try {
    const folder = await open(dirname(path), 'r')
    await folder.sync().finally(() => folder.close())
  } catch {
    // Windows does not open folders, and some file systems do not sync them. Then the file itself is as durable as it gets.
  }
}

function utf16Of([first, second]: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  return first === 0xfe && second === 0xff ? 'utf-16be' : undefined
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder(utf16Of(bytes) ?? 'utf-8').decode(bytes)
}

async function absentIs<T>(absent: T, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return absent
    throw error
  }
}

/** Reads a file again when it has changed. @throws Error where it is not there */
export function watchedText(file: string): () => Promise<string> {
  const store = folderStore(dirname(file))
  return async () => {
    const text = await store.read(basename(file))
    if (text === undefined) throw new Error(`There is no file ${file}`)
    return text
  }
}
