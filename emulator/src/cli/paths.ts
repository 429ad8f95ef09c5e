import { access, constants, readFile, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

/** Explanations of system errors for users (Node.js: common system errors). */
const PROBLEMS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EISDIR: 'it is a folder',
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of its path is a file, not a folder',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
}

/** Explains a system error without its path, because the message around it names the path. */
export function explainSystemError(error: unknown): string {
  const code = codeOf(error)
  return PROBLEMS[code] ?? (code === '' ? String(error) : code)
}

/** Explains an error of a write. A missing file is none, so its folder does not accept it. */
export function explainWriteError(error: unknown): string {
  return codeOf(error) === 'ENOENT'
    ? 'the file system accepts no new files or folders there'
    : explainSystemError(error)
}

/**
 * Checks that a program can write into a folder, or create it.
 *
 * @throws Error names the option, the folder, and the problem
 */
export async function checkFolder(option: string, folder: string): Promise<void> {
  for (let path = resolve(folder); ; path = dirname(path)) {
    try {
      if (!(await stat(path)).isDirectory()) throw new Error(`${option} is ${folder}, but ${path} is not a folder`)
      await access(path, constants.W_OK | constants.X_OK)
      return
    } catch (error) {
      const code = codeOf(error)
      if (code === '') throw error
      if ((code !== 'ENOENT' && code !== 'ENOTDIR') || path === dirname(path)) {
        throw new Error(`${option} is ${folder}, but ${path}: ${explainSystemError(error)}`, { cause: error })
      }
    }
  }
}

/**
 * Checks that a program can write a file in a folder that exists.
 *
 * @throws Error names the option, the file, and the problem
 */
export async function checkFile(option: string, file: string): Promise<void> {
  const path = resolve(file)
  try {
    if ((await stat(path)).isDirectory()) throw new Error(`${option} is ${file}, but it is a folder; expected a file`)
    await access(path, constants.R_OK | constants.W_OK)
  } catch (error) {
    const code = codeOf(error)
    if (code === '') throw error
    if (code !== 'ENOENT') throw new Error(`${option} is ${file}, but ${explainSystemError(error)}`, { cause: error })
    const hasFolder = await stat(dirname(path)).then(
      () => true,
      () => false,
    )
    if (!hasFolder) {
      throw new Error(`${option} is ${file}, but there is no folder ${dirname(path)}`, { cause: error })
    }
    await checkFolder(option, dirname(path))
  }
}

/**
 * Reads the text of a file.
 *
 * @param name of the argument, for errors
 * @throws Error names the argument, the file, and the problem
 */
export async function readTextFile(name: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new Error(`${name} ${file} cannot be read: ${explainSystemError(error)}`, { cause: error })
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}
