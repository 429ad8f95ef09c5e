import type { Row } from './row.ts'

const emulator = (...paths: readonly string[]): string[] => paths.map((path) => `emulator/src/${path}`)
/** The same row for several files of a folder of the emulator, such as its pure rules. */
const filesOf = (folder: string, names: readonly string[], row: Omit<Row, 'module'>): Row[] =>
  names.map((name) => ({ module: `emulator/src/${folder}/${name}.ts`, ...row }))

/** The rows of the emulator's folders by subject, with the pure rules of each subject first. */
export const emulatorRows: readonly Row[] = [
  { module: 'emulator/src/access/policies.ts', may: [], isPure: true },
  { module: 'emulator/src/access/bearer.ts', may: emulator('formats/', 'http/loopback.ts'), isPure: true },
  { module: 'emulator/src/access/sas.ts', may: emulator('formats/'), packages: ['node:'], isPure: true },
  {
    module: 'emulator/src/access/stored-policies.ts',
    may: emulator('access/', 'hub/development-device.ts'),
    mayTypesOf: emulator('store/'),
    packages: ['node:'],
  },
  {
    module: 'emulator/src/access/token-problem.ts',
    may: emulator('http/host.ts'),
    mayTypesOf: emulator('access/'),
    isPure: true,
  },
  { module: 'emulator/src/access/', may: emulator('errors/', 'http/peer.ts'), packages: ['hono'] },
  { module: 'emulator/src/formats/parse-json.ts', may: emulator('formats/', 'errors/refusal.ts'), isPure: true },
  { module: 'emulator/src/formats/', may: [], isPure: true },
  { module: 'emulator/src/errors/', may: [], mayTypesOf: emulator('formats/'), packages: ['valibot'], isPure: true },
  ...filesOf('twin', ['limits', 'merge', 'metadata', 'twin', 'twin-change'], {
    may: emulator('errors/refusal.ts', 'formats/', 'twin/'),
    isPure: true,
  }),
  {
    module: 'emulator/src/twin/twin-document.ts',
    may: emulator('formats/', 'identity/edge-scope.ts', 'identity/identity-document.ts'),
    mayTypesOf: emulator('identity/identity.ts', 'twin/'),
    isPure: true,
  },
  {
    module: 'emulator/src/twin/twin-routes.ts',
    may: emulator('access/', 'http/', 'throttling/', 'twin/twins.ts'),
    mayTypesOf: emulator('hub/context.ts'),
    packages: ['hono'],
  },
  {
    module: 'emulator/src/twin/twin-requests.ts',
    may: emulator(
      'errors/',
      'faults/',
      'formats/',
      ...['connection', 'send-to-device', 'topics'].map((file) => `mqtt/${file}.ts`),
      'twin/',
    ),
    mayTypesOf: emulator('hub/context.ts', 'identity/', 'mqtt/'),
    packages: ['node:'],
  },
  {
    module: 'emulator/src/twin/',
    may: emulator('errors/', 'formats/', 'identity/', 'mqtt/presence.ts'),
    mayTypesOf: emulator('events/', 'hub/context.ts'),
  },
  ...filesOf(
    'identity',
    ['bulk-request', 'edge-devices', 'edge-scope', 'identity-document', 'identity-id', 'identity'],
    {
      may: emulator('errors/refusal.ts', 'formats/', 'identity/', 'twin/twin.ts'),
      mayTypesOf: emulator('twin/'),
      isPure: true,
    },
  ),
  {
    module: 'emulator/src/identity/identity-table.ts',
    may: emulator('identity/', 'store/sorted-keys.ts'),
    isPure: true,
  },
  {
    module: 'emulator/src/identity/not-registered.ts',
    may: emulator('errors/', 'identity/identity-id.ts'),
    isPure: true,
  },
  {
    module: 'emulator/src/identity/device-routes.ts',
    may: emulator('access/', 'errors/', 'formats/', 'http/', 'identity/', 'query/', 'throttling/'),
    mayTypesOf: emulator('hub/context.ts'),
    packages: ['hono', 'hono/combine'],
  },
  {
    module: 'emulator/src/identity/',
    may: emulator('errors/', 'formats/', 'mqtt/presence.ts', 'store/', 'twin/'),
    mayTypesOf: emulator('events/', 'hub/context.ts'),
    packages: ['node:'],
  },
  ...filesOf('digital-twins', ['digital-twin', 'digital-twin-patch'], {
    may: emulator('digital-twins/', 'errors/', 'formats/', 'twin/merge.ts'),
    mayTypesOf: emulator('identity/', 'twin/'),
    isPure: true,
  }),
  {
    module: 'emulator/src/digital-twins/digital-twin-routes.ts',
    may: emulator('access/', 'digital-twins/', 'http/', 'methods/', 'throttling/'),
    mayTypesOf: emulator('formats/', 'hub/context.ts'),
    packages: ['node:', 'hono'],
  },
  {
    module: 'emulator/src/digital-twins/',
    may: emulator('formats/', 'identity/', 'twin/twins.ts'),
    mayTypesOf: emulator('hub/context.ts'),
  },
  ...filesOf('jobs', ['job', 'job-documents', 'job-table'], {
    may: emulator('errors/', 'formats/', 'jobs/'),
    isPure: true,
  }),
  {
    module: 'emulator/src/jobs/job-routes.ts',
    may: emulator('access/', 'http/', 'jobs/', 'query/', 'throttling/'),
    mayTypesOf: emulator('hub/context.ts'),
    packages: ['hono', 'hono/combine'],
  },
  { module: 'emulator/src/jobs/stored-jobs.ts', may: emulator('errors/', 'jobs/', 'store/') },
  {
    module: 'emulator/src/jobs/',
    may: emulator('errors/', 'methods/', 'mqtt/presence.ts', 'query/', 'twin/'),
    mayTypesOf: emulator('formats/', 'hub/context.ts'),
  },
  ...filesOf('configurations', ['assign', 'configuration', 'configuration-document', 'content', 'target'], {
    may: emulator('configurations/', 'errors/', 'formats/', 'gaps/gaps.ts', 'query/', 'twin/limits.ts'),
    mayTypesOf: emulator('twin/'),
    packages: ['node:'],
    isPure: true,
  }),
  {
    module: 'emulator/src/configurations/configuration-routes.ts',
    may: emulator('access/', 'configurations/', 'http/', 'throttling/'),
    mayTypesOf: emulator('hub/context.ts'),
    packages: ['hono', 'hono/combine'],
  },
  {
    module: 'emulator/src/configurations/stored-configurations.ts',
    may: emulator('errors/', 'store/'),
    mayTypesOf: emulator('configurations/'),
  },
  {
    module: 'emulator/src/configurations/',
    may: emulator('configurations/', 'errors/', 'formats/', 'identity/', 'mqtt/presence.ts', 'query/', 'twin/'),
    mayTypesOf: emulator('events/', 'hub/context.ts'),
  },
  {
    module: 'emulator/src/query/candidates.ts',
    may: emulator('identity/identity-id.ts', 'query/'),
    mayTypesOf: emulator('identity/'),
  },
  { module: 'emulator/src/query/query-page.ts', may: emulator('http/http.ts'), mayTypesOf: emulator('formats/') },
  {
    module: 'emulator/src/query/run-query.ts',
    may: emulator('jobs/job-documents.ts', 'mqtt/presence.ts', 'query/', 'twin/twin-document.ts'),
    mayTypesOf: emulator('formats/', 'hub/context.ts'),
  },
  {
    module: 'emulator/src/query/continuation.ts',
    may: emulator('errors/'),
    packages: ['node:'],
    isPure: true,
  },
  {
    module: 'emulator/src/query/answer-query.ts',
    may: emulator('errors/', 'formats/', 'http/http.ts', 'query/'),
    mayTypesOf: emulator('hub/context.ts'),
    packages: ['hono'],
  },
  { module: 'emulator/src/query/', may: emulator('errors/', 'formats/'), packages: ['ohm-js'], isPure: true },
  ...filesOf('events', ['event-json', 'event-position', 'hub-event'], {
    may: emulator('errors/'),
    mayTypesOf: emulator('events/', 'formats/', 'identity/identity-id.ts'),
    isPure: true,
  }),
  {
    module: 'emulator/src/events/event-routes.ts',
    may: emulator('errors/', 'events/', 'http/http.ts'),
    packages: ['hono', 'hono/streaming'],
  },
  { module: 'emulator/src/events/', may: [], packages: ['node:'] },
  ...filesOf('http', ['host', 'host-name', 'loopback', 'routed-path'], {
    may: emulator('http/loopback.ts'),
    packages: ['node:', 'hono/utils/url'],
    isPure: true,
  }),
  {
    module: 'emulator/src/http/',
    may: emulator('errors/', 'formats/', 'identity/identity-id.ts'),
    mayTypesOf: emulator('mqtt/upgrade.ts'),
    packages: ['node:', 'hono', '@hono/node-server'],
  },
  {
    module: 'emulator/src/control/decide-access.ts',
    may: emulator('http/host.ts', 'http/loopback.ts'),
    isPure: true,
  },
  {
    module: 'emulator/src/control/guard.ts',
    may: emulator('access/', 'control/decide-access.ts', 'http/peer.ts'),
    packages: ['hono', 'hono/http-exception'],
  },
  {
    module: 'emulator/src/control/clock-routes.ts',
    may: emulator('errors/', 'http/http.ts'),
    mayTypesOf: emulator('hub/'),
    packages: ['hono', 'valibot'],
  },
  { module: 'emulator/src/control/not-found-page.ts', may: [], packages: ['node:', 'hono'] },
  // CommonJS names the page's folder, because `import.meta` fails in Jest.
  {
    module: 'emulator/src/control/page-routes.ts',
    may: ['emulator/page-folder.cjs', ...emulator('control/content-encoding.ts', 'http/peer.ts')],
    mayTypesOf: emulator('access/'),
    packages: ['node:', 'hono', 'hono/http-exception', 'hono/secure-headers', 'hono/utils/mime'],
  },
  {
    module: 'emulator/src/control/device-routes.ts',
    may: emulator('errors/', 'formats/', 'http/', 'identity/', 'messages/', 'methods/', 'twin/twins.ts'),
    mayTypesOf: emulator('hub/'),
    packages: ['hono', 'hono/http-exception'],
  },
  {
    module: 'emulator/src/control/',
    may: emulator(
      'configurations/configurations.ts',
      'errors/',
      'events/',
      'faults/',
      'http/http.ts',
      'identity/',
      'query/answer-query.ts',
      'snapshots/',
    ),
    mayTypesOf: emulator('access/', 'hub/'),
    packages: ['hono', 'hono/http-exception', 'hono/secure-headers'],
  },
  { module: 'emulator/src/store/sorted-keys.ts', may: [], isPure: true },
  { module: 'emulator/src/store/create-folder.ts', may: [], packages: ['node:'] },
  {
    module: 'emulator/src/store/open-store.ts',
    may: emulator('store/'),
    packages: ['node:', 'classic-level'],
  },
  { module: 'emulator/src/store/', may: emulator('errors/refusal.ts') },
  { module: 'emulator/src/tls/name-constraints.ts', may: [], packages: ['node:'], isPure: true },
  // The hub loads this module only to make a certificate, because @peculiar/x509 takes 130 ms.
  {
    module: 'emulator/src/tls/make-certificates.ts',
    may: emulator('tls/name-constraints.ts'),
    packages: ['node:', '@peculiar/x509'],
  },
  {
    module: 'emulator/src/tls/',
    may: emulator('store/create-folder.ts'),
    packages: ['node:'],
  },
]
