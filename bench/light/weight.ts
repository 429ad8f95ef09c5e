import { measureBundles } from '../measure/bundles.ts'
import { importTime } from '../measure/fresh.ts'
import { installedBy } from '../measure/installed.ts'
import { installPublished } from '../measure/published.ts'
import { collect } from '../measure/rounds.ts'
import { table } from '../report/markdown.ts'
import { ratioTable } from '../report/ratios.ts'
import { bundleTable } from '../report/tables.ts'
import { BASE, type BenchTable } from './table.ts'

const NAMES = ['hubtwin/light', 'hubtwin', BASE, 'bare mqtt.js']

/** Bundles, installed packages, and import times. */
export const weight: BenchTable = {
  name: 'weight',
  async run(_, { rounds, record }) {
    const installed = NAMES.map((name) => {
      const { packages, bytes } = installedBy(name)
      return [name, String(packages), (bytes / 1e6).toFixed(1)]
    })
    const { folder, close } = await installPublished()
    const measure = async (name: string): Promise<{ import: number }> => ({ import: await importTime(name, folder) })
    const samples = await collect(NAMES, rounds, measure).finally(close)
    const imports = { name: 'import, ms', digits: 1, samples: samples['import'] ?? {} }
    record([imports])
    return [
      bundleTable(await measureBundles()),
      table(['installed', 'packages', 'MB'], installed),
      ratioTable([imports], NAMES, BASE),
      `${rounds} imports each, in turn, in fresh processes without a TypeScript loader.`,
    ].join('\n\n')
  },
}
