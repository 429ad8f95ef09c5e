import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { build } from 'vite'

interface Target {
  readonly types: string
  readonly default: string
}

const FOLDER = 'dist/node'

/**
 * A file that requires `ws`. For `import('ws')`, Node searches each file of `ws` for the names of
 * its exports, which takes longer than loading them (bench/light.md). Here it searches a line.
 */
const WS_FILE = 'ws.cjs'
const WS_TEXT = "exports.WebSocket = require('ws').WebSocket\n"

/** These modules and their imports become a single file: all that `hubtwin/light` needs. */
const LIGHT = /\/dist\/(light\/open-|credentials\/)/

/**
 * Joins the modules of a package into few files for Node, Deno, and Bun, which read each module
 * from the disk: an import of `hubtwin/light` reads two files. All entries share the files, so each
 * module still exists once. Bundlers keep the separate modules, which they can drop.
 *
 * @param folder an unpacked package; gets the files and the condition `node` in its exports
 */
export async function addNodeChunks(folder: string): Promise<void> {
  const manifestFile = join(folder, 'package.json')
  const manifest = JSON.parse(readFileSync(manifestFile, 'utf8')) as { exports: Record<string, Target> }
  const entries = Object.values(manifest.exports).map((target) => target.default)
  await build({
    root: folder,
    configFile: false,
    publicDir: false,
    logLevel: 'silent',
    build: {
      ssr: true,
      outDir: FOLDER,
      minify: false,
      target: 'es2022',
      rolldownOptions: {
        input: Object.fromEntries(entries.map((file) => [nameOf(file), join(folder, file)])),
        external: [/^node:/, 'mqtt', 'ws'],
        // Without it, comments name the folder of this build.
        experimental: { attachDebugInfo: 'none' },
        output: {
          format: 'es',
          entryFileNames: '[name].js',
          chunkFileNames: 'chunk-[hash].js',
          comments: false,
          // The file of the group `light`, which imports `ws`, is in the same folder.
          paths: { ws: `./${WS_FILE}` },
          codeSplitting: { groups: [{ name: 'light', test: LIGHT }] },
        },
      },
    },
  })
  writeFileSync(join(folder, FOLDER, WS_FILE), WS_TEXT)
  const withNode = Object.entries(manifest.exports).map(([path, { types, default: file }]) => {
    const node = `./${posix.join(FOLDER, posix.relative('dist', file))}`
    if (!existsSync(join(folder, node))) throw new Error(`The build for Node has no ${node}`)
    return [path, { types, node, default: file }]
  })
  writeFileSync(manifestFile, `${JSON.stringify({ ...manifest, exports: Object.fromEntries(withNode) }, null, 2)}\n`)
}

function nameOf(file: string): string {
  return posix.relative('dist', file).replace(/\.js$/, '')
}
