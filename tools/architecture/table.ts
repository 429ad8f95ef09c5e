/** Who may import whom: section 3 of the architecture. */
export interface Row {
  /** A file, or a folder with a trailing `/`. The first row that fits a file counts. */
  readonly module: string
  /** Files and folders of this checkout; the module itself is always allowed. */
  readonly may: readonly string[]
  /** The same, but only their types. */
  readonly mayTypesOf?: readonly string[]
  /** Packages by exact name; `node:` stands for all of Node's. */
  readonly packages?: readonly string[]
  /** Also every package that the folder's package.json declares. */
  readonly declaredPackages?: boolean
  /** No time, no chance, no promise. */
  readonly isPure?: boolean
}

const errors = 'core/src/errors.ts'
const protocol = 'core/src/protocol/'
const credentials = 'core/src/credentials/'
const session = 'core/src/session/'
const wireErrors = 'core/src/runtime/wire-errors.ts'
const ports = [
  ...['wire', 'clock', 'wake-source', 'storage'].map((port) => `core/src/session/${port}.ts`),
  'core/src/tabs/tabs.ts',
]

const pageKit = ['code-editor', 'json-text', 'patch-text', 'time'].map((part) => `hubtwin-page-kit/${part}`)
const demoPackages = ['hubtwin/light', 'hubtwin/light/shared-twin', 'hubtwin/web-storage', ...pageKit]

export const table: readonly Row[] = [
  { module: errors, may: [] },
  { module: protocol, may: [errors], isPure: true },
  { module: credentials, may: [errors, protocol] },
  { module: session, may: [errors, protocol], mayTypesOf: [credentials] },
  { module: 'core/src/twin/', may: [errors, protocol, session], mayTypesOf: [credentials] },
  { module: 'core/src/tabs/', may: [errors, protocol, session, 'core/src/twin/'], mayTypesOf: [credentials] },
  // Over mqtt.js, PUBACK and DISCONNECT leave when the app says so, which mqtt.js itself does not offer.
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
  // The files that join the parts; nothing imports them but each other and the outside.
  ...['arguments', 'open-over', 'open-shared-over', 'open-twin', 'shared-twin', 'index'].map((file) => ({
    module: `core/src/${file}.ts`,
    may: ['core/src/'],
  })),
  { module: 'core/src/light/', may: ['core/src/'] },
  // Nothing of core: a shared codec would let one mistake pass on both sides.
  // The page's folder is named in CommonJS, since `import.meta` fails in Jest.
  { module: 'emulator/src/', may: ['emulator/page-folder.cjs'], packages: ['node:'], declaredPackages: true },
  // The hub's page is bundled, so what it is made of is no dependency of the package; of the hub it knows the shapes alone.
  { module: 'emulator/page/vite.config.ts', may: [], packages: ['node:', 'vite'] },
  {
    module: 'emulator/page/',
    may: [],
    mayTypesOf: ['emulator/src/formats/', 'emulator/src/events/'],
    packages: [...pageKit, '@tanstack/virtual-core', 'preact', 'preact/hooks'],
  },
  // The token service runs where there is no Node, and knows no hub: of it, only what signs passwords.
  { module: 'service/src/tokens/', may: [], packages: ['hubtwin'], declaredPackages: true },
  { module: 'service/src/runtime/', may: ['service/src/'], packages: ['node:'], declaredPackages: true },
  { module: 'service/src/', may: [], packages: ['hubtwin'], declaredPackages: true },
  // Pure, so that a page, a terminal and a test can be the same device.
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
  // Shared by the demo pages and the hub page. It knows no hubtwin package.
  { module: 'page-kit/', may: [], declaredPackages: true },
  { module: 'web-demo/src/shared/', may: [], packages: demoPackages, declaredPackages: true },
  ...['simulator', 'fleet', 'kiosk'].map((page) => ({
    module: `web-demo/src/${page}/`,
    may: ['web-demo/src/shared/'],
    packages: demoPackages,
    declaredPackages: true,
  })),
]

/** Foreign code that is met in one file only, so that its ways end there. */
export const singleEntrances: readonly { packageName: string; within: string; only?: string }[] = [
  { packageName: 'mqtt', within: 'core/', only: 'core/src/runtime/mqtt-wire.ts' },
  { packageName: 'ws', within: 'core/', only: 'core/src/runtime/web-socket.ts' },
  { packageName: 'mqtt', within: 'web-demo/', only: 'no file' },
  { packageName: 'azure-iothub', within: 'service/' },
  { packageName: 'jose', within: 'service/' },
]

export const maxLines = 300
