import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

export interface Bundle {
  /** Bytes, minified. */
  readonly raw: number
  /** Bytes, minified and compressed by gzip -9. */
  readonly gzip: number
  /** Bytes of each module in the bundle, by its path in this repository. */
  readonly modules: Readonly<Record<string, number>>
}

/**
 * Bundles an import for a page.
 *
 * @param statement for example `export { connect } from 'somewhere'`
 * @param folder resolves the names in the statement; module paths are relative to it
 */
export async function bundleForPage(statement: string, folder: string): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: statement, resolveDir: folder },
    absWorkingDir: folder,
    bundle: true,
    minify: true,
    metafile: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    logLevel: 'silent',
  })
  const code = outputFiles[0]?.contents ?? new Uint8Array()
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs))
  const modules = inputs.map(([path, { bytesInOutput }]) => [path, bytesInOutput] as const)
  return {
    raw: code.byteLength,
    gzip: gzipSync(code, { level: 9 }).byteLength,
    modules: Object.fromEntries(modules.filter(([, bytes]) => bytes > 0)),
  }
}
