import { globSync } from 'tinyglobby'
import { rowOf } from '../architecture/violations.ts'
import { ROOT } from '../root.ts'

export interface Area {
  /** Globs of the code to change. Each area has pure rules only, whose tests take seconds. */
  readonly mutate: readonly string[]
  /** Globs of the test files that have to notice. */
  readonly tests: readonly string[]
  /** Whether the tests need nothing of vitest but `describe()`, `test()`, `expect`, and `vi`. */
  readonly inProcess?: true
}

/** The rules of the local hub that tools/architecture/table.ts declares pure. */
const PURE_FILES = globSync('emulator/src/**/*.ts', { cwd: ROOT }).filter((file) => rowOf(file)?.isPure === true)

/** Parts of the local hub that are not pure, but that tests without sockets cover in full. */
const DETERMINISTIC_FILES = [
  ...['identity/identity-entries', 'identity/registry', 'mqtt/outgoing-window', 'mqtt/packet-stream'],
  ...['query/candidates', 'store/reopen-after-failure'],
].map((file) => `emulator/src/${file}.ts`)

export const areas: Readonly<Record<string, Area>> = {
  core: {
    mutate: [
      'protocol',
      'plug-and-play',
      'twin',
      'tabs',
      'session',
      'device',
      'telemetry',
      'methods',
      'messages',
      'schema',
      'shared-device',
      'credentials',
    ].map((folder) => `core/src/${folder}/**/*.ts`),
    tests: ['test/unit/*.test.ts', 'test/session/{*,tabs/*}.test.ts'],
    inProcess: true,
  },
  emulator: {
    mutate: [...PURE_FILES, ...DETERMINISTIC_FILES],
    // Without `fuzz`: each of its tests runs most rules a thousand times, and names none.
    tests: ['test/unit/emulator/!(fuzz)/**/*.test.ts'],
    inProcess: true,
  },
  tokens: {
    mutate: ['service/src/tokens/**/*.ts'],
    tests: ['test/unit/service/tokens/*.test.ts'],
    inProcess: true,
  },
}
