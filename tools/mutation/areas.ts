export interface Area {
  /** Globs of the code to change. Each area has pure rules only, whose tests take seconds. */
  readonly mutate: readonly string[]
  /** Globs of the test files that have to notice. */
  readonly tests: readonly string[]
  /** Whether the tests need nothing of vitest but `describe()`, `test()`, `expect`, and `vi`. */
  readonly inProcess?: true
}

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
    ].map((folder) => `core/src/${folder}/**/*.ts`),
    tests: ['test/unit/*.test.ts', 'test/session/{*,tabs/*}.test.ts'],
    inProcess: true,
  },
  emulator: {
    mutate: [
      ...['access/sas', 'access/policies', 'events/event-position', 'identity/bulk-request', 'identity/identity'],
      ...['identity/identity-entries', 'identity/registry', 'jobs/job', 'messages/cloud-message', 'messages/telemetry'],
      ...['methods/method', 'mqtt/decide-connect', 'mqtt/packet-reader', 'mqtt/packet-stream', 'mqtt/property-bag'],
      ...['mqtt/topics', 'mqtt/user-name', 'query/*', 'store/reopen-after-failure', 'throttling/rate'],
      ...['twin/limits', 'twin/merge', 'twin/metadata', 'twin/twin'],
    ].map((file) => `emulator/src/${file}.ts`),
    tests: ['test/unit/emulator/**/*.test.ts'],
  },
  tokens: {
    mutate: ['service/src/tokens/**/*.ts'],
    tests: ['test/unit/service/tokens/*.test.ts'],
    inProcess: true,
  },
}
