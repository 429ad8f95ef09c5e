import { demoRows, PAGE_KIT, PASTED } from './demo-rows.ts'
import { emulatorRows } from './emulator-rows.ts'
import type { Row } from './row.ts'

const TOKENS = 'service/src/tokens/'
const ERRORS = 'core/src/errors.ts'
const PROTOCOL = 'core/src/protocol/'
const CREDENTIALS = 'core/src/credentials/'
const SESSION = 'core/src/session/'
const WIRE_ERRORS = 'core/src/runtime/wire-errors.ts'
const FEATURE_PORT = 'core/src/device/feature.ts'
const ports = [
  ...['wire', 'clock', 'wake-source', 'storage'].map((port) => `core/src/session/${port}.ts`),
  'core/src/tabs/tabs.ts',
]

const emulatorSource = (...parts: readonly string[]): readonly string[] => parts.map((part) => `emulator/src/${part}`)

/** A file of the local hub without time, chance, and promises. */
const pureFile = (file: string, may: readonly string[] = [], packages: readonly string[] = []): Row => ({
  module: `emulator/src/${file}`,
  may: emulatorSource(...may),
  packages,
  isPure: true,
})

export const TABLE: readonly Row[] = [
  { module: ERRORS, may: [] },
  { module: PROTOCOL, may: [ERRORS], isPure: true },
  { module: CREDENTIALS, may: [ERRORS, PROTOCOL] },
  { module: SESSION, may: [ERRORS, PROTOCOL], mayTypesOf: [CREDENTIALS] },
  ...['fold', 'queue', 'outbox-states', 'outbox-storage', 'outbox-machine'].map((file) => ({
    module: `core/src/twin/outbox/${file}.ts`,
    may: [ERRORS, PROTOCOL, 'core/src/twin/outbox/'],
    mayTypesOf: [SESSION],
    isPure: true,
  })),
  { module: 'core/src/twin/', may: [ERRORS, PROTOCOL, SESSION], mayTypesOf: [CREDENTIALS] },
  ...['shared-states', 'shared-machine'].map((file) => ({
    module: `core/src/tabs/${file}.ts`,
    may: [ERRORS, PROTOCOL, 'core/src/tabs/shared-states.ts'],
    mayTypesOf: ['core/src/tabs/'],
    isPure: true,
  })),
  { module: 'core/src/device/', may: [ERRORS, PROTOCOL, SESSION, 'core/src/twin/'], mayTypesOf: [CREDENTIALS] },
  // A feature knows the port of features, and no transport.
  ...['message', 'queue', 'states', 'machine'].map((file) => ({
    module: `core/src/telemetry/${file}.ts`,
    may: [ERRORS, PROTOCOL, 'core/src/telemetry/'],
    mayTypesOf: [FEATURE_PORT],
    isPure: true,
  })),
  {
    module: 'core/src/telemetry/',
    may: [ERRORS, PROTOCOL, SESSION, 'core/src/twin/listening/'],
    mayTypesOf: [FEATURE_PORT, 'core/src/twin/twin.ts'],
  },
  ...['result', 'states', 'machine'].map((file) => ({
    module: `core/src/methods/${file}.ts`,
    may: [PROTOCOL, 'core/src/methods/'],
    mayTypesOf: [FEATURE_PORT],
    isPure: true,
  })),
  {
    module: 'core/src/methods/',
    may: [ERRORS, PROTOCOL, SESSION, 'core/src/plug-and-play/commands.ts'],
    mayTypesOf: [FEATURE_PORT],
  },
  ...['message', 'message-topic', 'seen-ids', 'states', 'machine'].map((file) => ({
    module: `core/src/messages/${file}.ts`,
    may: [PROTOCOL, 'core/src/messages/'],
    mayTypesOf: [FEATURE_PORT],
    isPure: true,
  })),
  {
    module: 'core/src/messages/',
    may: [ERRORS, PROTOCOL, SESSION, 'core/src/twin/listening/'],
    mayTypesOf: [FEATURE_PORT, 'core/src/twin/twin.ts'],
  },
  { module: 'core/src/shared-device/routing.ts', may: [], isPure: true },
  {
    module: 'core/src/shared-device/',
    may: [ERRORS, PROTOCOL, SESSION, 'core/src/device/', 'core/src/tabs/', 'core/src/twin/'],
    mayTypesOf: [CREDENTIALS],
  },
  { module: 'core/src/tabs/', may: [ERRORS, PROTOCOL, SESSION, 'core/src/twin/'], mayTypesOf: [CREDENTIALS] },
  { module: 'core/src/plug-and-play/', may: [PROTOCOL], isPure: true },
  { module: 'core/src/schema/', may: [PROTOCOL, 'core/src/twin/'] },
  // The app decides when PUBACK and DISCONNECT leave, which mqtt.js itself does not offer.
  {
    module: 'core/src/runtime/mqtt-wire.ts',
    may: ['core/src/protocol/mqtt-encode.ts', WIRE_ERRORS],
    mayTypesOf: ports,
    packages: ['mqtt'],
  },
  {
    module: 'core/src/runtime/light-wire.ts',
    may: [ERRORS, PROTOCOL, 'core/src/runtime/'],
    mayTypesOf: ports,
  },
  { module: 'core/src/runtime/packet-batch.ts', may: ['core/src/protocol/mqtt-encode.ts'] },
  {
    module: 'core/src/runtime/light-device-wire.ts',
    may: [PROTOCOL, 'core/src/runtime/'],
    mayTypesOf: ports,
  },
  { module: 'core/src/runtime/web-socket.ts', may: ['core/src/runtime/node-socket.ts'] },
  { module: 'core/src/runtime/node-socket.ts', may: [], packages: ['ws', 'node:'] },
  { module: 'core/src/runtime/file-storage.ts', may: [ERRORS], mayTypesOf: ports, packages: ['node:'] },
  { module: 'core/src/runtime/', may: [ERRORS], mayTypesOf: ports },
  // The files that join the parts. Only they and other packages import them.
  ...[
    'arguments',
    'open-device-over',
    'open-device',
    'open-over',
    'open-shared-device-over',
    'open-shared-over',
    'open-twin',
    'shared-device',
    'shared-twin',
  ].map((file) => ({ module: `core/src/${file}.ts`, may: ['core/src/'] })),
  { module: 'core/src/index.ts', may: ['core/src/'] },
  { module: 'core/src/light/', may: ['core/src/'] },
  // Pure rules of the local hub, before the rows of their folders.
  pureFile('mqtt/decide-connect.ts', ['access/', 'identity/', 'mqtt/user-name.ts']),
  pureFile('mqtt/packet-reader.ts'),
  pureFile('mqtt/property-bag.ts', ['formats/']),
  pureFile('mqtt/topics.ts', ['formats/', 'identity/']),
  pureFile('mqtt/user-name.ts', ['formats/', 'mqtt/property-bag.ts']),
  pureFile('methods/method.ts', ['errors/', 'formats/']),
  pureFile('messages/cloud-message.ts', [
    'errors/',
    'formats/',
    'identity/',
    'messages/message-properties.ts',
    'mqtt/property-bag.ts',
    'mqtt/topics.ts',
  ]),
  pureFile('messages/message-properties.ts', ['formats/', 'mqtt/property-bag.ts']),
  pureFile('messages/cloud-message-headers.ts', ['messages/cloud-message.ts']),
  pureFile('messages/telemetry.ts', [
    'errors/',
    'events/',
    'identity/',
    'messages/message-properties.ts',
    'mqtt/property-bag.ts',
  ]),
  pureFile('faults/active-fault.ts', ['faults/fault-spec.ts', 'identity/', 'throttling/rate.ts']),
  pureFile('faults/fault-spec.ts', ['errors/'], ['valibot']),
  pureFile('faults/fault-text.ts', ['errors/', 'faults/fault-spec.ts']),
  pureFile('gaps/gaps.ts'),
  pureFile('throttling/rate.ts'),
  pureFile('throttling/tier.ts', ['throttling/rate.ts']),
  pureFile(
    'snapshots/snapshot.ts',
    [
      'access/',
      'configurations/configuration.ts',
      'errors/',
      'identity/',
      'jobs/',
      'messages/cloud-message.ts',
      'snapshots/',
    ],
    ['valibot'],
  ),
  pureFile('snapshots/snapshot-identities.ts', [
    'errors/',
    'formats/',
    'identity/',
    'mqtt/topics.ts',
    'snapshots/',
    'twin/limits.ts',
  ]),
  pureFile('snapshots/snapshot-place.ts', ['errors/']),
  pureFile('snapshots/snapshot-schema.ts', ['access/', 'formats/', 'jobs/job.ts'], ['valibot']),
  {
    module: 'emulator/src/mqtt/',
    may: emulatorSource('access/', 'faults/', 'formats/', 'gaps/', 'http/', 'identity/', 'messages/'),
    mayTypesOf: emulatorSource('hub/context.ts', 'methods/', 'twin/'),
    packages: ['node:', 'aedes', 'mqtt-packet', 'ws'],
  },
  {
    module: 'emulator/src/methods/',
    may: emulatorSource('access/', 'errors/', 'formats/', 'http/', 'identity/', 'mqtt/'),
    mayTypesOf: emulatorSource('events/', 'hub/context.ts'),
    packages: ['node:', 'hono'],
  },
  {
    module: 'emulator/src/messages/',
    may: emulatorSource('access/', 'errors/', 'formats/', 'http/', 'identity/', 'mqtt/', 'store/', 'throttling/'),
    mayTypesOf: emulatorSource('events/', 'hub/context.ts'),
    packages: ['node:', '@hono/node-server', 'hono'],
  },
  {
    module: 'emulator/src/faults/',
    may: emulatorSource(
      'errors/',
      'http/',
      'identity/',
      ...['connection', 'packet-stream', 'send-to-device', 'topics'].map((file) => `mqtt/${file}.ts`),
      'throttling/rate.ts',
    ),
    mayTypesOf: emulatorSource('mqtt/connections.ts'),
    packages: ['node:', 'hono', 'hono/http-exception'],
  },
  { module: 'emulator/src/gaps/', may: emulatorSource('errors/'), packages: ['hono', 'ws'] },
  { module: 'emulator/src/throttling/', may: emulatorSource('errors/'), packages: ['hono'] },
  {
    module: 'emulator/src/snapshots/',
    may: emulatorSource(
      'access/',
      'configurations/',
      'errors/',
      'formats/',
      'http/',
      'identity/',
      'jobs/',
      'messages/',
    ),
    mayTypesOf: emulatorSource('hub/context.ts', 'store/'),
    packages: ['hono'],
  },
  // The folder that joins the parts of the local hub.
  { module: 'emulator/src/hub/', may: ['emulator/src/'], packages: ['node:'], declaredPackages: true },
  {
    module: 'emulator/src/cli/',
    may: emulatorSource(
      'access/',
      'errors/',
      'events/',
      'faults/',
      'http/',
      'hub/',
      'identity/identity-id.ts',
      'throttling/tier.ts',
    ),
    packages: ['node:', 'commander', 'eventsource'],
  },
  ...emulatorRows,
  // The emulator imports nothing of core: a shared codec would hide the same mistake on both sides.
  // A CommonJS file names the page's folder, because `import.meta` fails in Jest.
  { module: 'emulator/src/', may: ['emulator/page-folder.cjs'], packages: ['node:'], declaredPackages: true },
  // The hub's page is bundled, so its packages are not dependencies of the emulator. It imports
  // only types of the hub.
  { module: 'emulator/page/vite.config.ts', may: ['page-kit/build/'], packages: ['node:', 'vite'] },
  {
    module: 'emulator/page/',
    may: [],
    mayTypesOf: ['emulator/src/formats/', 'emulator/src/events/'],
    packages: [...PAGE_KIT, '@tanstack/virtual-core', 'preact', 'preact/hooks'],
  },
  // The token service also runs without Node and without a hub; its only tie to hubtwin is the
  // signature of a password.
  { module: `${TOKENS}base/`, may: [] },
  { module: `${TOKENS}jwt/`, may: [`${TOKENS}base/`], packages: ['jose'] },
  { module: `${TOKENS}enrollment/`, may: [`${TOKENS}base/`, `${TOKENS}jwt/`] },
  {
    module: `${TOKENS}http/`,
    may: [`${TOKENS}base/`],
    mayTypesOf: [`${TOKENS}jwt/`],
    packages: ['hono', 'hono/body-limit', 'hono/cookie', 'hono/cors', 'hono/secure-headers', 'rate-limiter-flexible'],
  },
  { module: TOKENS, may: [], packages: ['hubtwin', 'hono'] },
  { module: 'service/src/terminal.ts', may: [`${TOKENS}base/printable.ts`] },
  { module: 'service/src/hub/', may: [`${TOKENS}base/`], packages: ['node:', 'azure-iothub'] },
  {
    module: 'service/src/rollout/',
    may: ['service/src/hub/', `${TOKENS}base/printable.ts`],
    packages: ['node:', 'cli-progress', 'cli-table3', 'log-update', 'p-queue'],
  },
  {
    module: 'service/src/runtime/redis/',
    may: [TOKENS],
    packages: ['ioredis', 'rate-limiter-flexible'],
  },
  {
    module: 'service/src/runtime/',
    may: [TOKENS],
    mayTypesOf: ['service/src/runtime/redis/'],
    packages: ['node:', '@hono/node-server', 'hono', 'hono/secure-headers', 'hono/utils/mime', 'prom-client'],
  },
  { module: 'service/src/commands/', may: ['service/src/'], packages: ['node:', 'commander', 'jsonc-parser', PASTED] },
  { module: 'service/src/', may: [], packages: ['commander'] },
  ...demoRows,
]

/** Packages that only a single file may import, so that their peculiarities stay there. */
export const SINGLE_ENTRANCES: readonly { packageName: string; within: string; only?: string }[] = [
  { packageName: 'mqtt', within: 'core/', only: 'core/src/runtime/mqtt-wire.ts' },
  { packageName: 'ws', within: 'core/', only: 'core/src/runtime/node-socket.ts' },
  { packageName: 'mqtt', within: 'web-demo/', only: 'no file' },
  { packageName: 'azure-iothub', within: 'service/' },
]

export const MAX_LINES = 300
