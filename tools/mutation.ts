import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { areas } from './mutation/areas.ts'
import { run } from './process.ts'
import { root } from './root.ts'

// `npm run test:mutation -- core|emulator|tokens [file …]` changes the code of an area a token at a
// time, and prints the changes that no test notices. Without files it mutates the whole area, which
// can take hours. The next run only repeats the parts that changed since.

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { concurrency: { type: 'string', default: '2' }, minutes: { type: 'string', default: '120' } },
})
const [name = '', ...files] = positionals
const area = areas[name]
if (area === undefined) {
  console.error(
    `Usage: npm run test:mutation -- ${Object.keys(areas).join('|')} [--concurrency 2] [--minutes 120] [file …]`,
  )
  process.exit(1)
}

const folder = '.mutation'
const config = {
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'tools/mutation/vitest.config.ts', related: true },
  mutate: files.length > 0 ? files : area.mutate,
  // No file has this name. Stryker would rewrite a tsconfig.json with an API that TypeScript 7 does
  // not have.
  tsconfigFile: `${folder}/no-tsconfig.json`,
  disableTypeChecks: false,
  tempDirName: `${folder}/${name}`,
  incremental: true,
  incrementalFile: `${folder}/${name}-incremental.json`,
  reporters: ['clear-text', 'progress', 'json'],
  jsonReporter: { fileName: `${folder}/${name}.json` },
  clearTextReporter: { allowColor: false, logTests: false },
  thresholds: { high: 95, low: 95, break: 95 },
  concurrency: Number(values.concurrency),
  timeoutMS: 10_000,
}
const configFile = join(folder, `${name}.config.json`)
mkdirSync(join(root, folder), { recursive: true })
writeFileSync(join(root, configFile), JSON.stringify(config, null, 2))

const stryker = join('node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js')
const { code, reason } = await run(process.execPath, [stryker, 'run', configFile], {
  cwd: root,
  env: { HUBTWIN_MUTATION: name },
  deadlineInMs: Number(values.minutes) * 60_000,
})
if (reason !== undefined) console.error(`Mutation testing was ${reason}`)
process.exit(code ?? 1)
