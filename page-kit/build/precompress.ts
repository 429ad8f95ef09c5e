import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'

/** Images and sounds are compressed already. */
const COMPRESSIBLE = /\.(?:css|html|js|json|svg|webmanifest)$/

/** A smaller file fits into a packet or two anyway. */
export const MIN_BYTES = 1024

/**
 * Writes a `.br` and a `.gz` next to each text file of a build, at the best quality. A server then
 * only chooses; compressing each response would cost more than it saves.
 */
export function precompress(): Plugin {
  let folder: string | undefined
  return {
    name: 'precompress',
    apply: 'build',
    configResolved({ root, build }) {
      folder = build.write ? resolve(root, build.outDir) : undefined
    },
    // After every other plugin has written its files.
    closeBundle: {
      order: 'post',
      handler() {
        if (folder === undefined) return
        for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
          if (entry.isFile() && COMPRESSIBLE.test(entry.name)) compressFile(join(entry.parentPath, entry.name))
        }
      },
    },
  }
}

function compressFile(path: string): void {
  const bytes = readFileSync(path)
  if (bytes.length < MIN_BYTES) return
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  }
  writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params }))
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION }))
}
