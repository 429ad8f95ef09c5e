import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { compileConsumer, importInNode, type ConsumerTypes } from './packaging/consume.ts'
import { loadComplaints } from './packaging/load.ts'
import { contentComplaints } from './packaging/contents.ts'
import { commonJsComplaints } from './packaging/as-commonjs.ts'
import { run } from './process.ts'
import { ROOT } from './root.ts'
import { nodeChunkComplaints } from './packaging/node-chunk-complaints.ts'
import { linkDependencies, packAndUnpack, type Unpacked } from './packaging/pack.ts'
import { legacyComplaints } from './packaging/without-exports.ts'

// Packs the published packages and uses them as a consumer does: from the tarball, by the public
// name.

interface Published {
  readonly workspace: string
  /** Files that its tarball has in addition to those of every package. */
  readonly files?: readonly string[]
  /** The limit of the tarball. */
  readonly kilobytes: number
  /** The exported values, if the list is fixed. A new value needs a decision page. */
  readonly exports?: readonly string[]
  readonly consumer: ConsumerTypes
  /** Entries that load npm packages. */
  readonly withPackages: readonly string[]
  /** A Node program that must run after a tool turns the package into CommonJS. */
  readonly program: string
  /**
   * The consumer compiles without other packages, so no foreign type can leak into the
   * declarations.
   */
  readonly compilesAlone: boolean
  /** Whether it has joined files for Node. */
  readonly hasNodeChunks: boolean
}

const published: readonly Published[] = [
  {
    workspace: 'core',
    kilobytes: 500,
    withPackages: ['.', './shared-device', './shared-twin'],
    files: ['dist/light.min.js'],
    exports: [
      ...['openDevice', 'openTwin', 'parseConnectionString', 'keyCredentials', 'tokenCredentials'],
      ...['TwinError', 'checkPatch'],
    ],
    consumer: {
      source:
        `import { openDevice, openTwin, type Device, type Feature, type Twin } from 'hubtwin'\nimport { openSharedTwin } from 'hubtwin/shared-twin'\n` +
        `import { listUnacknowledged, type DesiredProperty } from 'hubtwin/plug-and-play'\n` +
        `import { validateDesired, type StandardSchema } from 'hubtwin/schema'\n` +
        `declare const schema: StandardSchema<{ climate: { min: number } }>\n` +
        `validateDesired(openTwin('HostName=…'), schema).onDesired('climate', ({ value }) => value?.min.toFixed())\n` +
        `import * as light from 'hubtwin/light'\nimport * as lightTabs from 'hubtwin/light/shared-twin'\n` +
        `import * as sharedDevice from 'hubtwin/shared-device'\nimport * as lightSharedDevice from 'hubtwin/light/shared-device'\n` +
        `export const sameDevices: typeof sharedDevice = lightSharedDevice\n` +
        `export const shared: Promise<void> = sharedDevice.openSharedDevice('HostName=…', { use: { telemetry: telemetry() } }).telemetry.send(1)\n` +
        `export const twins: Twin[] = [openTwin('HostName=…'), openSharedTwin('HostName=…')]\n` +
        `import { inputs, messages, type Messages } from 'hubtwin/messages'\n` +
        `export const queue: Messages = openDevice('HostName=…', { use: { messages: messages() } }).messages\n` +
        `export const input: Messages = openDevice('HostName=…', { use: { inputs: inputs() } }).inputs\n` +
        `import { methods } from 'hubtwin/methods'\nimport { telemetry } from 'hubtwin/telemetry'\n` +
        `const { telemetry: sender, methods: calls } = openDevice('HostName=…', {\n` +
        `  use: { telemetry: telemetry(), methods: methods() },\n})\n` +
        `export const sent: Promise<void> = sender.send({ a: 1 })\n` +
        `export const remove: () => void = calls.handle('a', ({ payload }) => payload)\n` +
        `const feature: Feature<number> = { attach: () => ({ api: 7 }) }\n` +
        `export const device: Device<{ feature: Feature<number> }> = openDevice('HostName=…', { use: { feature } })\n` +
        `export const api: number = device.feature\nexport const none: Device<{}> = openDevice('HostName=…')\n` +
        `export const news: readonly DesiredProperty[] = twins.flatMap(listUnacknowledged)\n` +
        `export const same: typeof import('hubtwin') = light\nexport const back: typeof light = same\n` +
        `export const sameTabs: typeof import('hubtwin/shared-twin') = lightTabs\n`,
      types: [],
      skipLibCheck: false,
    },
    program: `import { openTwin } from 'hubtwin'\ntry { openTwin('') } catch (error) { if (!(error instanceof SyntaxError)) throw error }\n`,
    compilesAlone: true,
    hasNodeChunks: true,
  },
  {
    workspace: 'emulator',
    // Half of it is the pages, of which brotli and gzip each have a copy.
    kilobytes: 2500,
    withPackages: ['.'],
    files: [
      ...['dist/cli.js', 'page-folder.cjs', 'page-folder.d.cts'],
      ...['dist/page/index.html', 'dist/page/licenses.md'],
      ...['index.html', 'fleet.html', 'kiosk.html', 'kiosk-worker.js', 'licenses.md'].map(
        (file) => `dist/page/demo/${file}`,
      ),
    ],
    consumer: {
      source: `import { startHub } from 'hubtwin-emulator'\nexport const start: object = startHub\n`,
      types: ['node'],
      skipLibCheck: true,
    },
    program: `import { startHub } from 'hubtwin-emulator'\nstartHub().then((hub) => hub.close())\n`,
    compilesAlone: false,
    hasNodeChunks: false,
  },
]

const scratch = mkdtempSync(join(tmpdir(), 'hubtwin-packaging-'))
let count = 0
try {
  for (const each of published) {
    const complaints = await complaintsAbout(each).catch((error: unknown) => [String(error)])
    for (const complaint of complaints) console.log(`${each.workspace}: ${complaint}`)
    count += complaints.length
  }
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
process.exit(count === 0 ? 0 : 1)

async function complaintsAbout({
  workspace,
  withPackages,
  files,
  kilobytes,
  exports,
  consumer,
  program,
  compilesAlone,
  hasNodeChunks,
}: Published): Promise<string[]> {
  const unpacked = await packAndUnpack(workspace, scratch)
  const readFile = (file: string): string => readFileSync(join(unpacked.folder, file), 'utf8')
  const complaints = contentComplaints(unpacked.files, readFile, files)
  const size = Math.round(statSync(unpacked.tarball).size / 1000)
  console.log(`${workspace}: the tarball has ${size} of ${kilobytes} kB`)
  if (size > kilobytes) complaints.push(`the tarball has ${size} kB, and its limit is ${kilobytes} kB`)
  complaints.push(...(await publintComplaints(unpacked)), ...(await typesComplaints(unpacked)))
  if (compilesAlone) complaints.push(...(await compileConsumer(unpacked, consumer)))
  linkDependencies(unpacked, compilesAlone ? [] : consumer.types.map((name) => `@types/${name}`))
  if (!compilesAlone) complaints.push(...(await compileConsumer(unpacked, consumer)))
  if (hasNodeChunks) complaints.push(...(await nodeChunkComplaints(unpacked)))
  complaints.push(...(await importInNode(unpacked, exports)), ...(await loadComplaints(unpacked, withPackages)))
  complaints.push(...(await legacyComplaints(unpacked)), ...(await commonJsComplaints(unpacked, program)))
  return complaints
}

/** Are The Types Wrong: resolves the types of every entry as each kind of consumer does. */
async function typesComplaints({ tarball }: Unpacked): Promise<string[]> {
  const attw = join(ROOT, 'node_modules', '.bin', 'attw')
  // The packages have ES modules only. This profile ignores that Node loads them by require()
  // too.
  const args = [tarball, '--profile', 'esm-only', '--no-color', '--no-emoji', '--format', 'table-flipped']
  const { code, output, reason } = await run(attw, args, { deadlineInMs: 60_000, quiet: true })
  return code === 0 ? [] : [`attw: ${reason ?? output.trim()}`]
}

async function publintComplaints({ tarball }: Unpacked): Promise<string[]> {
  const { messages, pkg } = await publint({
    pack: { tarball: new Uint8Array(readFileSync(tarball)).buffer },
    level: 'warning',
    strict: true,
  })
  return messages.map((message) => `publint: ${formatMessage(message, pkg, { color: false }) ?? message.code}`)
}
