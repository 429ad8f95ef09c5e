import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

export interface Size {
  readonly raw: number
  readonly gzip: number
}

/**
 * Bundles one import for a browser, minified, and weighs it.
 *
 * @param statement for example `export { connect } from 'somewhere'`
 * @param folder where the statement's names are looked up
 * @param external packages that are left out
 */
export async function browserSize(statement: string, folder: string, external: string[] = []): Promise<Size> {
  const { outputFiles } = await build({
    stdin: { contents: statement, resolveDir: folder },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    logLevel: 'silent',
    external,
  })
  const code = outputFiles[0]?.contents ?? new Uint8Array()
  return { raw: code.byteLength, gzip: gzipSync(code, { level: 9 }).byteLength }
}
