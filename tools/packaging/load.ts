import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../process.ts'
import type { Unpacked } from './pack.ts'

/** Loads an entry, and prints the effects: globals, and work that keeps the process running. */
const program = (expression: string): string => `
  const globals = new Set(Reflect.ownKeys(globalThis))
  const busy = process.getActiveResourcesInfo().length
  const loaded = ${expression}
  const added = Reflect.ownKeys(globalThis).filter((key) => !globals.has(key)).map((key) => 'global ' + String(key))
  await new Promise((resolve) => setImmediate(resolve))
  const work = process.getActiveResourcesInfo().slice(busy).filter((name) => name !== 'Immediate')
  console.log(JSON.stringify({ names: Object.keys(loaded).filter((name) => name !== 'module.exports').sort(), effects: [...added, ...work] }))
`

interface Loaded {
  readonly names: readonly string[]
  readonly effects: readonly string[]
}

/**
 * Loads each entry of a package by `import` and by `require()`. Both must give the same exports,
 * and loading must have no effect: no global, no timer, no socket.
 *
 * @param withPackages entries that load npm packages. mqtt.js sets `regeneratorRuntime` and reads
 *   stdout, so the effects of these entries are not compared.
 */
export async function loadComplaints(
  { consumer, folder, name }: Unpacked,
  withPackages: readonly string[],
): Promise<string[]> {
  const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { exports: object }
  const results = Object.keys(exports).map(async (path) => {
    const entry = JSON.stringify(join(name, path))
    const imported = await load(`await import(${entry})`, consumer)
    const required = await load(
      `(await import('node:module')).createRequire(process.cwd() + '/consumer.js')(${entry})`,
      consumer,
    )
    if (typeof imported === 'string') return [`import ${entry} fails: ${imported}`]
    if (typeof required === 'string') return [`require(${entry}) fails: ${required}`]
    const isSame = imported.names.join() === required.names.join()
    const effects = withPackages.includes(path) ? [] : [...imported.effects, ...required.effects]
    return [
      ...effects.map((effect) => `loading ${entry} has an effect: ${effect}`),
      ...(isSame ? [] : [`require(${entry}) gives ${required.names.join()}, import gives ${imported.names.join()}`]),
    ]
  })
  return (await Promise.all(results)).flat()
}

/** @returns the error, if any, as text */
async function load(expression: string, cwd: string): Promise<Loaded | string> {
  // A warning says that require() of an ES module is experimental in Node 20.
  const args = ['--no-warnings', '--input-type=module', '--eval', program(expression)]
  const { code, output, reason } = await run(process.execPath, args, { cwd, deadlineInMs: 60_000, quiet: true })
  return code === 0 ? (JSON.parse(output) as Loaded) : (reason ?? output.trim())
}
