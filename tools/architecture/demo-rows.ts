import type { Row } from './row.ts'

/** How people paste connection strings: a part of the pages and of the command lines. */
export const PASTED = 'hubtwin-device-models/pasted'

export const PAGE_KIT = [
  'code-editor',
  'code-samples',
  'copy-text',
  'json-text',
  'patch-text',
  'query-editor',
  'sample-subject',
  'time',
  'watch-local-hub',
].map((part) => `hubtwin-page-kit/${part}`)
const DEMO_PACKAGES = [
  'hubtwin/light',
  'hubtwin/light/shared-device',
  'hubtwin/light/shared-twin',
  'hubtwin/messages',
  'hubtwin/methods',
  'hubtwin/telemetry',
  'hubtwin/web-storage',
  PASTED,
  ...PAGE_KIT,
]

/** The demos, and the packages that only they share. */
export const demoRows: readonly Row[] = [
  // Pure, so that a page, a terminal, and a test can run the same device.
  { module: 'device-models/src/reports.ts', may: ['device-models/src/'], packages: ['hubtwin'] },
  { module: 'device-models/src/', may: [], packages: ['hubtwin', 'hubtwin/plug-and-play'], isPure: true },
  {
    module: 'node-demo/start.ts',
    may: ['node-demo/'],
    packages: ['node:', 'hubtwin', 'hubtwin-emulator', 'hubtwin-service'],
  },
  {
    module: 'node-demo/plug-and-play.ts',
    may: ['node-demo/'],
    packages: ['hubtwin', 'hubtwin/methods', 'hubtwin/plug-and-play', 'hubtwin/telemetry'],
  },
  {
    module: 'node-demo/firmware-update.ts',
    may: ['node-demo/'],
    packages: ['node:', 'hubtwin', 'hubtwin-device-models'],
  },
  ...['fleet-model', 'roster', 'schedule', 'tier-limits', 'ramp', 'launch', 'advice', 'sample'].map((file) => ({
    module: `node-demo/fleet/${file}.ts`,
    may: ['node-demo/fleet/'],
    packages: ['hubtwin/light', 'hubtwin-device-models'],
    isPure: true,
  })),
  {
    module: 'node-demo/fleet/',
    may: [],
    packages: [
      'node:',
      'commander',
      'csv-parse/sync',
      'csv-stringify/sync',
      'hubtwin/light',
      'hubtwin/telemetry',
      'hubtwin-device-models',
      'hubtwin-service',
      'log-update',
    ],
  },
  {
    module: 'node-demo/',
    may: [],
    packages: ['node:', 'hubtwin', 'hubtwin/telemetry', 'hubtwin/methods', 'hubtwin/messages', PASTED],
  },
  {
    module: 'web-demo/vite.config.ts',
    may: ['page-kit/build/', 'web-demo/local-hub-proxy.ts', 'web-demo/precache-list.ts'],
    packages: ['node:', 'vite'],
  },
  { module: 'web-demo/local-hub-proxy.ts', may: [], packages: ['node:', 'vite'] },
  { module: 'web-demo/precache-list.ts', may: [], packages: ['node:', 'vite'] },
  // Shared by the demo pages and the hub page. It knows no hubtwin package.
  { module: 'page-kit/build/', may: [], packages: ['node:', 'vite'] },
  { module: 'page-kit/', may: [], declaredPackages: true },
  { module: 'web-demo/src/shared/', may: [], packages: DEMO_PACKAGES, declaredPackages: true },
  ...['simulator', 'fleet', 'kiosk'].map((page) => ({
    module: `web-demo/src/${page}/`,
    may: ['web-demo/src/shared/'],
    packages: DEMO_PACKAGES,
    declaredPackages: true,
  })),
]
