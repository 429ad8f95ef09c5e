import { readFile, writeFile } from 'node:fs/promises'

/**
 * Sets variables in a `.env` file, and keeps its other lines. A new file is readable only by its
 * owner, because connection strings hold keys.
 */
export async function updateEnvFile(path: string, variables: Readonly<Record<string, string>>): Promise<void> {
  const before = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  const names = Object.keys(variables)
  const kept = before
    .split(/\r?\n/)
    .filter((line) => !names.includes(/^\s*(?:export\s+)?(\w+)\s*=/.exec(line)?.[1] ?? ''))
    .join('\n')
    .trimEnd()
  const set = Object.entries(variables).map(([name, value]) => `${name}=${quoted(value)}`)
  await writeFile(path, [...(kept === '' ? [] : [kept]), ...set, ''].join('\n'), { mode: 0o600 })
}

/** Quotes for shells and dotenv parsers. Without quotes, a shell ends the value at a semicolon. */
function quoted(value: string): string {
  return value.includes("'") ? `"${value}"` : `'${value}'`
}
