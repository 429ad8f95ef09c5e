import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The packages that an installation brings, and their size on disk. */
export interface Installed {
  readonly packages: number
  readonly bytes: number
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const INTEROP = join(ROOT, 'test', 'interop')

/** Follows the dependencies from package to package, as they are installed here. */
export function installedBy(client: string): Installed {
  const starts: Readonly<Record<string, readonly [names: readonly string[], from: string]>> = {
    'hubtwin/light': [['hubtwin'], ROOT],
    hubtwin: [['hubtwin'], ROOT],
    'azure-iot-device': [['azure-iot-device', 'azure-iot-device-mqtt'], INTEROP],
    'bare mqtt.js': [['mqtt'], ROOT],
  }
  const [names, from] = starts[client] ?? [[], ROOT]
  const folders = new Set<string>()
  for (const name of names) visit(name, from, folders)
  const bytes = [...folders].reduce((sum, folder) => sum + sizeOf(folder), 0)
  return { packages: folders.size, bytes }
}

function visit(name: string, from: string, folders: Set<string>): void {
  const folder = find(name, from)
  if (folder === undefined || folders.has(folder)) return
  folders.add(folder)
  const { dependencies = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    readonly dependencies?: Readonly<Record<string, string>>
  }
  for (const dependency of Object.keys(dependencies)) visit(dependency, folder, folders)
}

function find(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name)
    if (existsSync(join(candidate, 'package.json'))) return realpathSync(candidate)
    if (folder === dirname(folder)) return undefined
  }
}

/** Counts the files of a package: of a package of this workspace, only those that npm publishes. */
function sizeOf(folder: string): number {
  const isOurs = !folder.includes('node_modules')
  const entries = readdirSync(folder, { withFileTypes: true })
  return entries
    .filter(
      ({ name }) => name !== 'node_modules' && (!isOurs || ['dist', 'src', 'package.json', 'README.md'].includes(name)),
    )
    .map(({ name }) => join(folder, name))
    .reduce((sum, path) => sum + (statSync(path).isDirectory() ? sizeOf(path) : statSync(path).size), 0)
}
