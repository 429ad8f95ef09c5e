/** The import rule of a file or a folder. ARCHITECTURE.md explains the layers. */
export interface Row {
  /** A file, or a folder with a trailing `/`. The first matching row counts. */
  readonly module: string
  /** Allowed files and folders of this checkout. The module itself is always allowed. */
  readonly may: readonly string[]
  /** Files and folders of which only types are allowed. */
  readonly mayTypesOf?: readonly string[]
  /** Allowed packages by exact name. `node:` stands for all of Node's. */
  readonly packages?: readonly string[]
  /** Also allows every package that the folder's package.json declares. */
  readonly declaredPackages?: boolean
  /** Forbids time, randomness, and promises. */
  readonly isPure?: boolean
}

const TOKENS = 'service/src/tokens/'
const errors = 'core/src/errors.ts'
const protocol = 'core/src/protocol/'
const credentials = 'core/src/credentials/'
const session = 'core/src/session/'
const wireErrors = 'core/src/runtime/wire-errors.ts'
const ports = [
  ...['wire', 'clock', 'wake-source', 'storage'].map((port) => `core/src/session/${port}.ts`),
  'core/src/tabs/tabs.ts',
]

export const TABLE: readonly Row[] = [
  { module: errors, may: [] },
  { module: protocol, may: [errors], isPure: true },
  { module: credentials, may: [errors, protocol] },
  { module: session, may: [errors, protocol], mayTypesOf: [credentials] },
  { module: 'core/src/twin/', may: [errors, protocol, session], mayTypesOf: [credentials] },
  { module: 'core/src/tabs/', may: [errors, protocol, session, 'core/src/twin/'], mayTypesOf: [credentials] },
  // The app decides when PUBACK and DISCONNECT leave, which mqtt.js itself does not offer.
  {
    module: 'core/src/runtime/mqtt-wire.ts',
    may: ['core/src/protocol/mqtt-encode.ts', wireErrors],
    mayTypesOf: ports,
    packages: ['mqtt'],
  },
  {
    module: 'core/src/runtime/light-wire.ts',
    may: [errors, protocol, 'core/src/runtime/'],
    mayTypesOf: ports,
  },
  { module: 'core/src/runtime/pending-packets.ts', may: [wireErrors], mayTypesOf: [protocol, ...ports] },
  { module: 'core/src/runtime/web-socket.ts', may: [], packages: ['ws'] },
  { module: 'core/src/runtime/file-storage.ts', may: [errors], mayTypesOf: ports, packages: ['node:'] },
  { module: 'core/src/runtime/', may: [errors], mayTypesOf: ports },
  // The files that join the parts. Only they and other packages import them.
  ...['arguments', 'open-over', 'open-shared-over', 'open-twin', 'shared-twin', 'index'].map((file) => ({
    module: `core/src/${file}.ts`,
    may: ['core/src/'],
  })),
  { module: 'core/src/light/', may: ['core/src/'] },
  // The emulator imports nothing of core: a shared codec would hide the same mistake on both sides.
  // A CommonJS file names the page's folder, because `import.meta` fails in Jest.
  { module: 'emulator/src/', may: ['emulator/page-folder.cjs'], packages: ['node:'], declaredPackages: true },
  // The hub's page is bundled, so its packages are not dependencies of the emulator. It imports
  // only types of the hub.
  { module: 'emulator/page/vite.config.ts', may: [], packages: ['node:', 'vite'] },
  {
    module: 'emulator/page/',
    may: [],
    mayTypesOf: ['emulator/src/formats/', 'emulator/src/events/'],
    packages: [
      '@codemirror/lang-json',
      '@codemirror/language',
      '@codemirror/lint',
      '@codemirror/view',
      '@lezer/highlight',
      '@tanstack/virtual-core',
      'codemirror',
      'jsonc-parser',
      'preact',
      'preact/hooks',
    ],
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
    module: 'service/src/runtime/',
    may: [TOKENS],
    packages: ['node:', '@hono/node-server', 'hono', 'hono/secure-headers', 'hono/utils/mime'],
  },
  { module: 'service/src/commands/', may: ['service/src/'], packages: ['commander'] },
  { module: 'service/src/', may: [], packages: ['commander'] },
  // Pure, so that a page, a terminal, and a test can run the same device.
  { module: 'device-models/src/reports.ts', may: ['device-models/src/'], packages: ['hubtwin'] },
  { module: 'device-models/src/', may: [], packages: ['hubtwin'], isPure: true },
  {
    module: 'node-demo/start.ts',
    may: ['node-demo/'],
    packages: ['node:', 'hubtwin', 'hubtwin-emulator', 'hubtwin-service'],
  },
  {
    module: 'node-demo/firmware-update.ts',
    may: ['node-demo/'],
    packages: ['node:', 'hubtwin', 'hubtwin-device-models'],
  },
  { module: 'node-demo/', may: [], packages: ['node:', 'hubtwin'] },
  {
    module: 'web-demo/vite.config.ts',
    may: ['web-demo/local-hub-proxy.ts', 'web-demo/precache-list.ts'],
    packages: ['node:', 'vite'],
  },
  { module: 'web-demo/local-hub-proxy.ts', may: [], packages: ['node:', 'vite'] },
  { module: 'web-demo/precache-list.ts', may: [], packages: ['node:', 'vite'] },
  {
    module: 'web-demo/',
    may: [],
    packages: ['hubtwin/light', 'hubtwin/light/shared-twin', 'hubtwin/web-storage'],
    declaredPackages: true,
  },
]

/** Packages that only a single file may import, so that their peculiarities stay there. */
export const SINGLE_ENTRANCES: readonly { packageName: string; within: string; only?: string }[] = [
  { packageName: 'mqtt', within: 'core/', only: 'core/src/runtime/mqtt-wire.ts' },
  { packageName: 'ws', within: 'core/', only: 'core/src/runtime/web-socket.ts' },
  { packageName: 'mqtt', within: 'web-demo/', only: 'no file' },
  { packageName: 'azure-iothub', within: 'service/' },
]

export const MAX_LINES = 300
