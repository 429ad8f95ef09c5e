import { link, open, readdir, readFile, rename, stat, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { explainSystemError } from '../system-error.ts'
import { createFolder } from './create-folder.ts'

/** Texts by name. Several processes may share them. */
export interface TextFiles {
  /** @returns the current text, or `undefined` if there is none */
  read(name: string): Promise<string | undefined>
  /** Replaces the whole text: a reader gets either the old text or the new. */
  write(name: string, text: string): Promise<void>
  /**
   * Writes the text only if the name is free.
   *
   * @returns `true` for exactly one of several callers
   */
  create(name: string, text: string): Promise<boolean>
  append(name: string, text: string): Promise<void>
  /** @returns `true` for exactly one of several callers */
  remove(name: string): Promise<boolean>
  /** Lists the names that start with a prefix. */
  list(prefix: string): Promise<readonly string[]>
}

/**
 * Stores each text as a file in a folder that only its owner may read (files 0600, folders 0700).
 * Written texts survive a power failure.
 *
 * The file system makes creating and removing atomic: only a single process succeeds. Files that
 * people edit may be UTF-8, or UTF-16 with a byte order mark, as Windows PowerShell writes them.
 *
 * @param folder created if it does not exist
 */
export function textFiles(folder: string): TextFiles {
  const pathOf = (name: string): string => join(folder, name)
  const seen = new Map<string, { readonly stamp: string; readonly text: string }>()

  async function write(name: string, text: string): Promise<void> {
    await rename(await writeAside(pathOf(name), text), pathOf(name))
    await syncFolderOf(pathOf(name))
  }

  return {
    async read(name) {
      const path = pathOf(name)
      return orIfAbsent(undefined, async () => {
        const { mtimeNs, size, ino } = await stat(path, { bigint: true })
        const stamp = `${mtimeNs} ${size} ${ino}`
        const known = seen.get(name)
        if (known?.stamp === stamp) return known.text
        const text = decode(await readFile(path))
        // A file that just changed may change again without a visible change of its time stamp.
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
      await createFolder(dirname(path))
      const before = await orIfAbsent(undefined, () => readFile(path))
      // UTF-8 text after UTF-16 text would be unreadable.
      if (before !== undefined && utf16Of(before) !== undefined) return write(name, decode(before) + text)
      await writeThrough(path, 'a', text)
      await syncFolderOf(path)
    },
    remove: (name) =>
      orIfAbsent(false, async () => {
        seen.delete(name)
        await unlink(pathOf(name))
        // A spent code must not reappear after a power failure.
        await syncFolderOf(pathOf(name))
        return true
      }),
    list: (prefix) =>
      orIfAbsent([], async () => {
        const names = await readdir(folder, { recursive: true })
        return names.filter((name) => name.startsWith(prefix) && !name.endsWith('.new'))
      }),
  }
}

async function writeAside(path: string, text: string): Promise<string> {
  await createFolder(dirname(path))
  const aside = `${path}.${crypto.randomUUID()}.new`
  await writeThrough(aside, 'wx', text)
  return aside
}

/**
 * Syncs the file to disk. Without it, a renamed file may be empty after a power failure (fsync(2),
 * rename(2)).
 */
async function writeThrough(path: string, flags: 'a' | 'wx', text: string): Promise<void> {
  const file = await open(path, flags, 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Syncs the folder, which holds the file's name and has its own cache (fsync(2)). */
async function syncFolderOf(path: string): Promise<void> {
  try {
    const folder = await open(dirname(path), 'r')
    await folder.sync().finally(() => folder.close())
  } catch {
    // Windows cannot open folders, and some file systems cannot sync them. Then only the file is
    // durable.
  }
}

function utf16Of([first, second]: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  return first === 0xfe && second === 0xff ? 'utf-16be' : undefined
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder(utf16Of(bytes) ?? 'utf-8').decode(bytes)
}

async function orIfAbsent<T>(absent: T, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return absent
    throw error
  }
}

/**
 * Returns a reader that rereads a file after it changed.
 *
 * @param name of the option, for errors
 * @returns throws an Error that names the option, the file, and the problem
 */
export function watchedText(name: string, file: string): () => Promise<string> {
  const files = textFiles(dirname(file))
  const failure = (problem: string, cause?: unknown): Error =>
    new Error(`${name} ${file} cannot be read: ${problem}`, { cause })
  return async () => {
    const text = await files.read(basename(file)).catch((error: unknown) => {
      throw failure(explainSystemError(error), error)
    })
    if (text === undefined) throw failure('there is no such file')
    return text
  }
}
