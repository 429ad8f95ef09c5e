import type { TextFiles } from './text-files.ts'

/** A line for each name: `["kiosk-7","2026-11-28T09:30:00.000Z"]`. A subject may be any string. */
const FILE = 'devices.jsonl'

/** The names that a folder remembers permanently. */
export interface RememberedNames {
  add(names: readonly string[], at: number): Promise<void>
  has(name: string): Promise<boolean>
  count(): Promise<number>
}

/** Opens the names in a file that only grows. It skips a line that a crash cut off. */
export function rememberedNames(files: TextFiles): RememberedNames {
  let parsed: { readonly text: string; readonly names: ReadonlySet<string> } = { text: '', names: new Set() }

  async function current(): Promise<ReadonlySet<string>> {
    const text = (await files.read(FILE)) ?? ''
    if (parsed.text !== text) parsed = { text, names: new Set(text.split('\n').flatMap(nameIn)) }
    return parsed.names
  }

  return {
    async add(names, at) {
      const known = await current()
      const fresh = names.filter((name) => !known.has(name))
      if (fresh.length === 0) return
      const start = parsed.text === '' || parsed.text.endsWith('\n') ? '' : '\n'
      const lines = fresh.map((name) => `${JSON.stringify([name, new Date(at).toISOString()])}\n`)
      await files.append(FILE, start + lines.join(''))
    },
    has: async (name) => (await current()).has(name),
    count: async () => (await current()).size,
  }
}

function nameIn(line: string): string[] {
  try {
    const [name]: unknown[] = JSON.parse(line) as unknown[]
    return typeof name === 'string' ? [name] : []
  } catch {
    return []
  }
}
