/** Explanations of system errors for users (Node.js: common system errors). */
const PROBLEMS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EISDIR: 'it is a folder',
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of its path is a file, not a folder',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
}

/** Explains an error without its path, because the message around it names the path. */
export function explainSystemError(error: unknown): string {
  const { code } = error as { readonly code?: unknown }
  return typeof code === 'string' ? (PROBLEMS[code] ?? code) : String(error)
}

/** Explains an error of a write. A missing file is none, so its folder does not accept it. */
export function explainWriteError(error: unknown): string {
  const { code } = error as { readonly code?: unknown }
  return code === 'ENOENT' ? 'the file system accepts no new files or folders there' : explainSystemError(error)
}

/** Whether the file system caused an error. */
export function isFileError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && 'syscall' in error && 'path' in error
}
