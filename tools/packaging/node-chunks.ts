import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { build } from 'esbuild'

interface Target {
  readonly types: string
  readonly default: string
}

const FOLDER = 'dist/node'

/**
 * Joins the modules of a package into few files for Node, Deno, and Bun, which read each module
 * from the disk: importing `hubtwin/light` takes a third of the time. All entries share the files,
 * so each module still exists once. Bundlers keep the separate modules, which they can drop.
 *
 * @param folder an unpacked package; gets the files and the condition `node` in its exports
 */
export async function addNodeChunks(folder: string): Promise<void> {
  const manifestFile = join(folder, 'package.json')
  const manifest = JSON.parse(readFileSync(manifestFile, 'utf8')) as { exports: Record<string, Target> }
  const entries = Object.values(manifest.exports).map((target) => target.default)
  await build({
    absWorkingDir: folder,
    entryPoints: entries,
    outbase: 'dist',
    outdir: FOLDER,
    chunkNames: 'chunk-[hash]',
    bundle: true,
    splitting: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'es2022',
    logLevel: 'silent',
  })
  const withNode = Object.entries(manifest.exports).map(([path, { types, default: file }]) => {
    const node = `./${posix.join(FOLDER, posix.relative('dist', file))}`
    if (!existsSync(join(folder, node))) throw new Error(`The build for Node has no ${node}`)
    return [path, { types, node, default: file }]
  })
  writeFileSync(manifestFile, `${JSON.stringify({ ...manifest, exports: Object.fromEntries(withNode) }, null, 2)}\n`)
}
