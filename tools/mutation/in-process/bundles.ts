import { createRequire } from 'node:module'
import { join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Script } from 'node:vm'
import { build, stop } from 'esbuild'

// Evaluating a test file and its imports again takes milliseconds as a single script, and about a
// second as modules. So each mutant gets fresh modules, and no state passes from one to the next.

/** The instrumented code calls these functions. */
export interface Mutation {
  readonly active: string | undefined
  readonly onHit: () => boolean
  readonly onCover: (...ids: string[]) => void
}

export interface Bundle {
  /** Relative to the working directory. */
  readonly file: string
  /** Relative to the working directory: the files that the test file imports, also indirectly. */
  readonly inputs: ReadonlySet<string>
  readonly load: (vitest: object, mutation: Mutation) => void
}

type Load = (
  require: (name: string) => unknown,
  ...mutation: [string | undefined, () => boolean, Mutation['onCover']]
) => void

// Stryker's instrumenter writes these calls; see "mutant schemata" in its documentation.
const IS_ACTIVE = /stryMutAct_9fa48\d*\("(\d+)"\)/gu
const COVERS = /stryCov_9fa48\d*\(((?:"\d+"(?:, )?)+)\)/gu

function compile(text: string, file: string, coverage: boolean): Load {
  const body = text
    .replace(IS_ACTIVE, '(mutantActive__ === "$1" && mutantHit__())')
    .replace(COVERS, coverage ? 'mutantCover__($1)' : '0')
  const url = JSON.stringify(pathToFileURL(resolve(file)).href)
  const code = `(function (require, mutantActive__, mutantHit__, mutantCover__) { const module = { exports: {} }, exports = module.exports, testUrl__ = ${url}; ${body}\n})`
  return new Script(code, { filename: `${file}.bundle.cjs` }).runInThisContext() as Load
}

/** Bundles the test files, each with everything that it imports. */
export async function bundleTests(files: readonly string[], setup: string): Promise<Bundle[]> {
  const cwd = process.cwd()
  const { outputFiles, metafile } = await build({
    absWorkingDir: cwd,
    entryPoints: [...files],
    inject: [setup],
    bundle: true,
    write: false,
    metafile: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    // Only test files read files next to them.
    define: { 'import.meta.url': 'testUrl__' },
    outdir: '.',
    outbase: '.',
    logLevel: 'warning',
  })
  await stop()
  const require = createRequire(join(cwd, 'package.json'))
  return outputFiles.map(({ path, text }) => {
    const output = metafile.outputs[relative(cwd, path)]
    const file = output?.entryPoint ?? path
    const compiled = new Map<boolean, Load>()
    return {
      file,
      inputs: new Set(Object.keys(output?.inputs ?? {})),
      load: (vitest, { active, onHit, onCover }) => {
        const coverage = active === undefined
        const load = compiled.get(coverage) ?? compile(text, file, coverage)
        compiled.set(coverage, load)
        load((name) => (name === 'vitest' ? vitest : require(name)), active, onHit, onCover)
      },
    }
  })
}
