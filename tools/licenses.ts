import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type InstalledPackages, type LicenseFields, licenseProblem, shippedPackages } from './licenses/licenses.ts'
import { ROOT } from './root.ts'

// Checks that everything that users install or load has a license that fits MIT.

interface Manifest extends LicenseFields {
  readonly workspaces?: readonly string[]
  readonly devDependencies?: Readonly<Record<string, string>>
}

const installed = JSON.parse(readText('node_modules/.package-lock.json')) as InstalledPackages
// The root has the tools. A workspace has those development dependencies that its build bundles.
const { workspaces = [] } = readManifest('.')
const bundled = workspaces.flatMap((folder) => Object.keys(readManifest(folder).devDependencies ?? {}))

const folders = shippedPackages(installed, new Set(bundled))
const complaints = folders.flatMap((folder) => {
  const problem = licenseProblem(readManifest(folder))
  return problem === undefined ? [] : [`${folder} ${problem}`]
})
for (const complaint of complaints) console.log(complaint)
console.log(`${folders.length} packages, ${complaints.length} complaints`)
process.exit(complaints.length === 0 ? 0 : 1)

function readManifest(folder: string): Manifest {
  return JSON.parse(readText(join(folder, 'package.json'))) as Manifest
}

function readText(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}
