import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { areas } from './mutation/areas.ts'
import { run } from './process.ts'
import { ROOT } from './root.ts'

// `npm run test:mutation -- core|emulator|tokens [file …]` changes the code of an area a token at a
// time, and prints the changes that no test notices. Without files it mutates the whole area, which
// can take hours. The next run only repeats the parts that changed since. `--quick` leaves out slow
// tests of the areas `core` and `tokens`, so other tests have to notice.

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '120' },
    quick: { type: 'boolean', default: false },
    concurrency: { type: 'string', default: '2' },
  },
})
const [name = '', ...files] = positionals
const area = areas[name]
if (area === undefined) {
  console.error(
    `Usage: npm run test:mutation -- ${Object.keys(areas).join('|')} [--concurrency 2] [--minutes 120] [--quick] [file …]`,
  )
  process.exit(1)
}

const FOLDER = '.mutation'
const config = {
  ...(area.inProcess === true
    ? {
        testRunner: 'in-process',
        plugins: [join(ROOT, 'tools/mutation/in-process/plugin.ts')],
      }
    : {
        testRunner: 'vitest',
        plugins: ['@stryker-mutator/vitest-runner'],
        vitest: { configFile: 'tools/mutation/vitest.config.ts', related: true },
      }),
  mutate: files.length > 0 ? files : area.mutate,
  // No file has this name. Stryker would rewrite a tsconfig.json with an API that TypeScript 7 does
  // not have.
  tsconfigFile: `${FOLDER}/no-tsconfig.json`,
  disableTypeChecks: false,
  ignorePatterns: ['.mutation', '**/dist', 'test/interop', 'test/node_modules', 'docs/decisions', 'web-demo'],
  tempDirName: `${FOLDER}/${name}`,
  incremental: true,
  incrementalFile: `${FOLDER}/${name}-incremental.json`,
  reporters: ['clear-text', 'progress', 'json'],
  jsonReporter: { fileName: `${FOLDER}/${name}.json` },
  clearTextReporter: { allowColor: false, logTests: false },
  thresholds: { high: 95, low: 95, break: 95 },
  concurrency: Number(values.concurrency),
  ...(area.inProcess === true
    ? // The runner has a deadline for each test. Stryker ends loops that never wait. The reuse frees
      // the memory that the tests of hundreds of mutants leave behind.
      { timeoutMS: 2000, timeoutFactor: 1, maxTestRunnerReuse: 400 }
    : { timeoutMS: 10_000 }),
}
const configFile = join(FOLDER, `${name}.config.json`)
mkdirSync(join(ROOT, FOLDER), { recursive: true })
writeFileSync(join(ROOT, configFile), JSON.stringify(config, null, 2))

const STRYKER = join('node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js')
const { code, reason } = await run(process.execPath, [STRYKER, 'run', configFile], {
  cwd: ROOT,
  // A process of Stryker loads the runner, which is TypeScript.
  env: { HUBTWIN_MUTATION: name, HUBTWIN_MUTATION_QUICK: values.quick ? 'yes' : 'no', NODE_OPTIONS: '--import tsx' },
  deadlineInMs: Number(values.minutes) * 60_000,
})
if (reason !== undefined) console.error(`Mutation testing was ${reason}`)
process.exit(code ?? 1)
