import { createHash } from 'node:crypto'
import { build } from 'esbuild'

export interface SingleFile {
  readonly code: Uint8Array
  /** Subresource Integrity: `sha384-…`. */
  readonly integrity: string
}

/**
 * Bundles a module into a classic script that sets a global. Unlike an ES module, browsers check
 * such a script against the attribute `integrity` in every supported version, and a page opened
 * from a file may load it.
 *
 * @param entry a JavaScript file
 * @param globalName the variable that holds the exports
 * @param banner a comment at the start of the file
 */
export async function bundleIntoSingleFile(entry: string, globalName: string, banner: string): Promise<SingleFile> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    globalName,
    banner: { js: banner },
    platform: 'browser',
    target: 'es2022',
    legalComments: 'none',
    logLevel: 'silent',
  })
  const code = outputFiles[0]?.contents ?? new Uint8Array()
  return { code, integrity: integrityOf(code) }
}

/** The value of the attribute `integrity` (Subresource Integrity §3.5). */
export function integrityOf(code: Uint8Array): string {
  return `sha384-${createHash('sha384').update(code).digest('base64')}`
}
