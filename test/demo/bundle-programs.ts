import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type BuildOptions } from 'esbuild'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

const OPTIONS = {
  absWorkingDir: ROOT,
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  // The UMD build of jsonc-parser hides its imports. The local hub finds its pages by its own path.
  external: ['jsonc-parser', 'hubtwin-emulator'],
  // Packages that are CommonJS call require().
  banner: {
    js: "import { createRequire as toRequire } from 'node:module'; const require = toRequire(import.meta.url)",
  },
  logLevel: 'warning',
} as const satisfies BuildOptions

export interface BundledPrograms {
  /** The bundle of each program; all paths are relative to the root. */
  readonly files: Readonly<Record<string, string>>
  remove(): Promise<void>
}

/**
 * Joins each program of the tests with the modules that it imports. Node reads and links a hundred
 * modules at each start, and tsx compiles each sample: two thirds of the processor time of a short
 * program.
 */
export async function bundlePrograms(): Promise<BundledPrograms> {
  const samples = (await readdir(join(ROOT, 'node-demo'))).filter((name) => name.endsWith('.ts'))
  const bundles = await Promise.all([
    bundle('service/dist', ['service/dist/cli.js']),
    bundle('node-demo/dist', ['node-demo/dist/fleet/cli.js', 'node-demo/dist/fleet/thread.js']),
    bundle(
      'node-demo/dist',
      samples.map((name) => `node-demo/${name}`),
    ),
  ])
  return {
    files: Object.fromEntries(bundles.flatMap(({ files }) => files)),
    remove: async () => void (await Promise.all(bundles.map((each) => each.remove()))),
  }
}

interface Bundle {
  readonly files: readonly (readonly [program: string, bundle: string])[]
  remove(): Promise<void>
}

/**
 * The bundles lie as deep as the programs, so that these find their package.json.
 *
 * @param home gets a folder for the bundles
 */
async function bundle(home: string, programs: readonly string[]): Promise<Bundle> {
  const folder = await mkdtemp(join(ROOT, home, 'bundle-'))
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true })
  try {
    await build({ ...OPTIONS, entryPoints: [...programs], entryNames: '[name]', outdir: folder })
  } catch (error) {
    await remove()
    throw error
  }
  const files = programs.map((program) => [program, join(relative(ROOT, folder), `${nameOf(program)}.js`)] as const)
  return { files, remove }
}

function nameOf(program: string): string {
  return program.replace(/^.*\//, '').replace(/\.[jt]s$/, '')
}
