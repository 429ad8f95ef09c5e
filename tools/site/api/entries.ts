import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../../root.ts'

export interface Entry {
  /** The module of an app's import: `hubtwin/light`. */
  readonly name: string
  /** The types of the build. */
  readonly types: string
}

/** The folders of the packages that have an API. */
export const PACKAGES = ['core', 'emulator'] as const

/** Every entry of both packages, in the order of package.json. */
export function listEntries(): Entry[] {
  return PACKAGES.flatMap((folder) => {
    const text = readFileSync(join(ROOT, folder, 'package.json'), 'utf8')
    const manifest = JSON.parse(text) as { name: string; exports: Record<string, { types: string }> }
    return Object.entries(manifest.exports).map(([path, { types }]) => ({
      name: manifest.name + path.slice(1),
      types: join(ROOT, folder, types),
    }))
  })
}

/** The page of an entry: `hubtwin/light` has `api/hubtwin-light.md`. */
export function pageOfEntry(name: string): string {
  return `api/${name.replaceAll('/', '-')}.md`
}
