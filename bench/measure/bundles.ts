import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build, type BuildFailure, type Platform } from 'esbuild'

export interface Bundle {
  readonly what: string
  readonly platform: Platform
  /** Bytes, if bundling succeeded. */
  readonly size?: { readonly minified: number; readonly gzipped: number }
  /** The modules that esbuild could not resolve. */
  readonly unresolved?: readonly string[]
}

const OFFICIAL =
  "import device from 'azure-iot-device'; import mqtt from 'azure-iot-device-mqtt'; console.log(device, mqtt)"

const OUR_FOLDER = new URL('../../core', import.meta.url)
const THEIR_FOLDER = new URL('../../test/interop', import.meta.url)

const WANTED: readonly (readonly [what: string, platform: Platform, folder: URL, code: string])[] = [
  ['mqtt alone', 'browser', OUR_FOLDER, "import mqtt from 'mqtt'; console.log(mqtt.connect)"],
  ['hubtwin/light', 'browser', OUR_FOLDER, "export * from 'hubtwin/light'"],
  ['hubtwin with mqtt', 'browser', OUR_FOLDER, "import { openTwin } from 'hubtwin'; console.log(openTwin)"],
  ['azure-iot-device(-mqtt)', 'browser', THEIR_FOLDER, OFFICIAL],
  ['hubtwin/light', 'node', OUR_FOLDER, "export * from 'hubtwin/light'"],
  ['hubtwin with mqtt', 'node', OUR_FOLDER, "import { openTwin } from 'hubtwin'; console.log(openTwin)"],
  ['azure-iot-device(-mqtt)', 'node', THEIR_FOLDER, OFFICIAL],
]

/**
 * Measures the code that a program loads, bundled by esbuild as a minified ES module with default
 * settings.
 */
export function measureBundles(): Promise<Bundle[]> {
  return Promise.all(WANTED.map((each) => measure(...each)))
}

async function measure(what: string, platform: Platform, folder: URL, contents: string): Promise<Bundle> {
  try {
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: fileURLToPath(folder) },
      bundle: true,
      minify: true,
      write: false,
      format: 'esm',
      platform,
      logLevel: 'silent',
    })
    const bytes = outputFiles[0]?.contents ?? new Uint8Array()
    return { what, platform, size: { minified: bytes.length, gzipped: gzipSync(bytes, { level: 9 }).length } }
  } catch (error) {
    const texts = (error as BuildFailure).errors.map(({ text }) => /"([^"]+)"/.exec(text)?.[1] ?? text)
    return { what, platform, unresolved: [...new Set(texts)].sort() }
  }
}
