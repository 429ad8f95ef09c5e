import { join } from 'node:path'
import { type BuildOptions, build } from 'esbuild'
import { run } from '../process.ts'
import type { Unpacked } from './pack.ts'

/**
 * Turns a package and its dependencies into CommonJS, as Jest does with ES modules by default, and
 * runs a program with the result. `import.meta` has no counterpart there: in Jest it is a syntax
 * error.
 *
 * @param source a program for Node that uses the package
 */
export async function commonJsComplaints({ consumer }: Unpacked, source: string): Promise<string[]> {
  const options = {
    stdin: { contents: source, resolveDir: consumer },
    bundle: true,
    platform: 'node',
    logLevel: 'silent',
    // It locates its native part by its own path. It is CommonJS, so Jest loads it unchanged.
    external: ['classic-level'],
  } as const satisfies BuildOptions
  const { outputFiles } = await build({ ...options, format: 'esm', write: false })
  const meta = filesWithMeta(outputFiles[0]?.text ?? '')
  if (meta.length > 0) return meta.map((file) => `as CommonJS: import.meta in ${file}`)
  const outfile = join(consumer, 'as-commonjs.cjs')
  await build({ ...options, format: 'cjs', outfile })
  const { code, output, reason } = await run(process.execPath, [outfile], { deadlineInMs: 30_000, quiet: true })
  return code === 0 ? [] : [`as CommonJS: ${reason ?? output.trim()}`]
}

/** The bundle's only comments are the paths of its files, each before the code of the file. */
function filesWithMeta(bundle: string): string[] {
  const parts = bundle.split(/^\/\/ (.+)$/m)
  return parts.flatMap((part, index) => (part.includes('import.meta') ? [parts[index - 1] ?? 'a file'] : []))
}
