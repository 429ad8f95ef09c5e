import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../process.ts'
import { ROOT } from '../root.ts'
import type { Unpacked } from './pack.ts'

const DEADLINE_IN_MS = 60_000

export interface ConsumerTypes {
  readonly source: string
  readonly types: readonly string[]
  /** `false` also checks the declarations of all packages. */
  readonly skipLibCheck: boolean
}

/** Compiles a small program that uses the package, as Node resolves it and as bundlers do. */
export async function compileConsumer(unpacked: Unpacked, consumer: ConsumerTypes): Promise<string[]> {
  const complaints: string[] = []
  writeFileSync(join(unpacked.consumer, 'package.json'), JSON.stringify({ type: 'module' }))
  writeFileSync(join(unpacked.consumer, 'consumer.ts'), consumer.source)
  for (const [module, moduleResolution] of [
    ['NodeNext', 'NodeNext'],
    ['ESNext', 'Bundler'],
  ]) {
    const compilerOptions = {
      ...{ module, moduleResolution, target: 'ES2022', lib: ['ES2022', 'DOM'], types: consumer.types },
      ...{ strict: true, noEmit: true, skipLibCheck: consumer.skipLibCheck },
    }
    writeFileSync(join(unpacked.consumer, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['consumer.ts'] }))
    const tsc = join(ROOT, 'node_modules', '.bin', 'tsc')
    const { code, output, reason } = await run(tsc, ['-p', '.', '--pretty', 'false'], {
      cwd: unpacked.consumer,
      deadlineInMs: DEADLINE_IN_MS,
      quiet: true,
    })
    if (code !== 0) complaints.push(`a consumer with ${moduleResolution} does not compile: ${reason ?? output.trim()}`)
  }
  return complaints
}

/** Imports the package by its public name in Node and compares what it exports. */
export async function importInNode({ consumer, name }: Unpacked, names?: readonly string[]): Promise<string[]> {
  const script = `import * as all from ${JSON.stringify(name)}; process.stdout.write(Object.keys(all).sort().join(' '))`
  const { code, output, reason } = await run(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: consumer,
    deadlineInMs: DEADLINE_IN_MS,
    quiet: true,
  })
  if (code !== 0) return [`cannot be imported in Node: ${reason ?? output.trim()}`]
  if (names === undefined) return []
  const expected = [...names].sort().join(' ')
  return output === expected ? [] : [`exports ${output}; ${expected} is meant (tools/packaging.ts)`]
}
