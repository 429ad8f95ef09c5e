import { basename } from 'node:path'

/** The shells that the program can print variables for. */
export const SHELLS = ['posix', 'fish', 'powershell', 'cmd'] as const

export type Shell = (typeof SHELLS)[number]

/**
 * Guesses the shell that started this program from its environment. `--shell` overrides the guess.
 *
 * - PowerShell adds its module folders to `PSModulePath` (PowerShell: about_PSModulePath). Windows
 *   itself sets two folders, and PowerShell adds a folder of the user.
 * - `SHELL` names the login shell (POSIX.1-2024, Base Definitions §8.3).
 */
export function detectShell(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): Shell {
  if (platform === 'win32') {
    // Git Bash and MSYS2 set MSYSTEM.
    if (env['MSYSTEM'] !== undefined) return 'posix'
    return (env['PSModulePath'] ?? '').split(';').length >= 3 ? 'powershell' : 'cmd'
  }
  if (env['PSModulePath'] !== undefined) return 'powershell'
  return basename(env['SHELL'] ?? '') === 'fish' ? 'fish' : 'posix'
}

/** A line that sets a variable of the shell and its programs. */
export function exportLine(shell: Shell, name: string, value: string): string {
  switch (shell) {
    case 'posix':
      return `export ${name}=${quoted(value)}`
    case 'fish':
      // In single quotes, fish unescapes only \\ and \'.
      return `set -gx ${name} '${value.replaceAll(/[\\']/g, String.raw`\$&`)}'`
    case 'powershell':
      return `$env:${name} = '${value.replaceAll("'", "''")}'`
    case 'cmd':
      // The quotes keep & and | as they are. A percent sign has no escape at a prompt.
      return `set "${name}=${value}"`
  }
}

/** The start of a line that the shell ignores. */
export function commentLine(shell: Shell, text: string): string {
  return `${shell === 'cmd' ? 'rem' : '#'} ${text}`
}

/** Quotes a text for a POSIX shell. An ID may contain a quote. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
