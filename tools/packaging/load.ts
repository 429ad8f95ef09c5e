import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../process.ts'
import type { Unpacked } from './pack.ts'

/**
 * Loads entries one after the other, and prints the effects of each: globals, and work that keeps
 * the process running.
 */
const program = (expression: string, entries: readonly string[]): string => `
  const { createRequire } = await import('node:module')
  const require = createRequire(process.cwd() + '/consumer.js')
  const results = []
  for (const entry of ${JSON.stringify(entries)}) {
    const globals = new Set(Reflect.ownKeys(globalThis))
    const busy = process.getActiveResourcesInfo().length
    try {
      const loaded = ${expression}
      const added = Reflect.ownKeys(globalThis).filter((key) => !globals.has(key)).map((key) => 'global ' + String(key))
      await new Promise((resolve) => setImmediate(resolve))
      const work = process.getActiveResourcesInfo().slice(busy).filter((name) => name !== 'Immediate')
      const names = Object.keys(loaded).filter((name) => name !== 'module.exports').sort()
      results.push({ names, effects: [...added, ...work] })
    } catch (error) {
      results.push(String(error))
    }
  }
  // Work of an entry would keep the process running.
  process.stdout.write(JSON.stringify(results), () => process.exit())
`

interface Loaded {
  readonly names: readonly string[]
  readonly effects: readonly string[]
}

/**
 * Loads each entry of a package by `import` and by `require()`. Both must give the same exports,
 * and loading must have no effect: no global, no timer, no socket. A process loads all entries, so
 * an effect of a shared module counts for the first entry that loads it.
 *
 * @param withPackages entries that load npm packages. mqtt.js sets `regeneratorRuntime` and reads
 *   stdout, so the effects of these entries are not compared. They are the last to be loaded.
 */
export async function loadComplaints(
  { consumer, folder, name }: Unpacked,
  withPackages: readonly string[],
): Promise<string[]> {
  const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { exports: object }
  const paths = [...Object.keys(exports).filter((path) => !withPackages.includes(path)), ...withPackages]
  const entries = paths.map((path) => join(name, path))
  const [imports, requires] = await Promise.all([
    load('await import(entry)', entries, consumer),
    load('require(entry)', entries, consumer),
  ])
  if (typeof imports === 'string') return [`import of the entries fails: ${imports}`]
  if (typeof requires === 'string') return [`require() of the entries fails: ${requires}`]
  return paths.flatMap((path, index) => {
    const entry = JSON.stringify(entries[index])
    const [imported, required] = [imports[index], requires[index]]
    if (imported === undefined || typeof imported === 'string') return [`import ${entry} fails: ${imported}`]
    if (required === undefined || typeof required === 'string') return [`require(${entry}) fails: ${required}`]
    const isSame = imported.names.join() === required.names.join()
    const effects = withPackages.includes(path) ? [] : [...imported.effects, ...required.effects]
    return [
      ...effects.map((effect) => `loading ${entry} has an effect: ${effect}`),
      ...(isSame ? [] : [`require(${entry}) gives ${required.names.join()}, import gives ${imported.names.join()}`]),
    ]
  })
}

/** @returns for each entry what it gave, or its error; or the error that ended the process */
async function load(
  expression: string,
  entries: readonly string[],
  cwd: string,
): Promise<readonly (Loaded | string)[] | string> {
  // A warning says that require() of an ES module is experimental in Node 20.
  const args = ['--no-warnings', '--input-type=module', '--eval', program(expression, entries)]
  const { code, output, reason } = await run(process.execPath, args, { cwd, deadlineInMs: 60_000, quiet: true })
  return code === 0 ? (JSON.parse(output) as (Loaded | string)[]) : (reason ?? output.trim())
}
