import { execFile } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import type { MeasuredHub } from './in-child.ts'
import { installPublished } from './published.ts'

/**
 * Programs with a single client each. Plain Node runs them, because a loader for TypeScript would
 * slow each import.
 */
export interface FreshPrograms {
  /**
   * @returns milliseconds from the first line of the program to a synchronized twin that gets
   * desired patches
   */
  firstTwin(client: string, connectionString: string): Promise<number>
  close(): void
}

const BENCH_FOLDER = fileURLToPath(new URL('..', import.meta.url))
const FILES: Readonly<Record<string, string>> = {
  'hubtwin/light': 'light',
  hubtwin: 'hubtwin',
  'azure-iot-device': 'official',
  'bare mqtt.js': 'bare',
}

const PROGRAM = `
  const start = performance.now()
  const [file, name, connectionString] = process.argv.slice(1)
  const { [name]: client } = await import(file)
  const twin = await client.open(connectionString)
  await twin.listen(() => {})
  console.log(performance.now() - start)
  process.exit(0)`

/** Each package stays outside of the program, so that Node loads it as an app would. */
export async function buildFreshPrograms(hub: MeasuredHub): Promise<FreshPrograms> {
  const published = await installPublished()
  const folder = mkdtempSync(join(published.folder, 'fresh-'))
  await build({
    entryPoints: Object.values(FILES).map((file) => join(BENCH_FOLDER, 'clients', `${file}.ts`)),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    // The official client is installed next to its tests, and resolved from there.
    define: { 'import.meta.url': JSON.stringify(new URL('../../test/interop/official-device.ts', import.meta.url)) },
    logLevel: 'error',
  })
  return {
    async firstTwin(client, connectionString) {
      const file = FILES[client] ?? ''
      const args = ['--input-type=module', '-e', PROGRAM, join(folder, `${file}.mjs`), file, connectionString]
      const env = { ...process.env, NODE_EXTRA_CA_CERTS: hub.certificateAuthorityFile }
      const { stdout } = await promisify(execFile)(process.execPath, args, { env, timeout: 30_000 })
      return Number(stdout)
    },
    close: published.close,
  }
}

/**
 * @param folder the folder of the program that imports them
 * @returns milliseconds that plain Node takes to import a client's packages
 */
export async function importTime(client: string, folder: string): Promise<number> {
  const interop = join(BENCH_FOLDER, '..', 'test', 'interop', 'index.js')
  const load: Readonly<Record<string, string>> = {
    'hubtwin/light': "await import('hubtwin/light')",
    hubtwin: "await import('hubtwin')",
    'azure-iot-device': `const require = createRequire(${JSON.stringify(interop)})
      require('azure-iot-device'), require('azure-iot-device-mqtt')`,
    'bare mqtt.js': "await import('mqtt')",
  }
  const code = `import { createRequire } from 'node:module'
    const start = performance.now()
    ${load[client]}
    console.log(performance.now() - start)`
  const args = ['--input-type=module', '-e', code]
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder, timeout: 30_000 })
  return Number(stdout)
}
