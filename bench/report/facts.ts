import { readFileSync } from 'node:fs'
import { arch, cpus, loadavg, release, totalmem, type } from 'node:os'
import { fileURLToPath } from 'node:url'

/** A name, and the folder of its package.json. */
export type Measured = readonly [name: string, folder: string]

const CLIENTS: readonly Measured[] = [
  ['hubtwin', 'core'],
  ['mqtt', 'node_modules/mqtt'],
  ['azure-iot-device', 'test/interop/node_modules/azure-iot-device'],
  ['azure-iot-device-mqtt', 'test/interop/node_modules/azure-iot-device-mqtt'],
  ['its mqtt', 'test/interop/node_modules/mqtt'],
]

/** Returns the context of the figures: the machine, its load, and the measured versions. */
export function facts(measured: readonly Measured[] = CLIENTS): readonly string[] {
  const [cpu] = cpus()
  const load = loadavg()
    .map((each) => each.toFixed(2))
    .join(' ')
  const memory = (totalmem() / 2 ** 30).toFixed(1)
  return [
    `${cpus().length} cores of ${cpu?.model.trim() || 'an unknown processor'}, ${memory} GB, ${type()} ${release()} ${arch()}`,
    `load ${load} at the start (1, 5 and 15 minutes)`,
    `Node ${process.version}`,
    measured.map(([name, folder]) => `${name} ${versionIn(folder)}`).join(', '),
  ]
}

function versionIn(folder: string): string {
  const file = fileURLToPath(new URL(`../../${folder}/package.json`, import.meta.url))
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
