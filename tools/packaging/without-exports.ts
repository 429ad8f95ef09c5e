import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, relative } from 'node:path'
import { run } from '../process.ts'
import { ROOT } from '../root.ts'
import type { Unpacked } from './pack.ts'

interface Manifest {
  readonly name: string
  readonly exports: Readonly<Record<string, { readonly types: string; readonly default: string }>>
}

/**
 * Resolves every entry of a package like tools that do not read `exports`: TypeScript with
 * `moduleResolution: node`, browserify, webpack 4, Jest 27 and Metro. Each entry must lead to the
 * file that `exports` names.
 */
export async function legacyComplaints({ consumer, folder, name }: Unpacked): Promise<string[]> {
  const { exports, ...manifest } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
  const home = join(consumer, 'without-exports')
  const copy = join(home, 'node_modules', name)
  cpSync(folder, copy, { recursive: true })
  writeFileSync(join(copy, 'package.json'), JSON.stringify(manifest))
  const entries = Object.entries(exports).map(([path, target]) => ({ specifier: join(name, path), target }))
  const wrong = entries.flatMap(({ specifier, target }) => {
    const found = resolve(home, specifier)
    return found === join(copy, target.default) ? [] : [`${specifier} leads to ${found && relative(copy, found)}`]
  })
  return [...wrong, ...(await typeComplaints(home, entries))].map((complaint) => `without "exports": ${complaint}`)
}

/** Resolves by Node's rules for CommonJS, which read `main` without `exports`. */
function resolve(home: string, specifier: string): string | undefined {
  try {
    return createRequire(join(home, 'consumer.js')).resolve(specifier)
  } catch {
    return undefined
  }
}

/**
 * TypeScript 7 has no `moduleResolution: node`; without `exports`, that of bundlers has the same
 * rules for packages.
 */
async function typeComplaints(
  home: string,
  entries: readonly { readonly specifier: string; readonly target: { readonly types: string } }[],
): Promise<string[]> {
  const compilerOptions = {
    ...{ module: 'ESNext', moduleResolution: 'Bundler', resolvePackageJsonExports: false },
    ...{ target: 'ES2022', lib: ['ES2022', 'DOM'], types: [], skipLibCheck: true },
  }
  const source = entries.map(({ specifier }, index) => `import * as entry${index} from '${specifier}'\n`).join('')
  writeFileSync(join(home, 'consumer.ts'), source)
  writeFileSync(join(home, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['consumer.ts'] }))
  const tsc = join(ROOT, 'node_modules', '.bin', 'tsc')
  const { output } = await run(tsc, ['-p', '.', '--listFilesOnly'], { cwd: home, deadlineInMs: 60_000, quiet: true })
  return entries
    .filter(({ target }) => !output.includes(target.types.slice(1)))
    .map(({ specifier, target }) => `types of ${specifier} do not lead to ${target.types}`)
}
