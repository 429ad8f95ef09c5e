import { bundlePrograms } from './bundle-programs.ts'
import { BUNDLED_PROGRAMS } from './program.ts'

/** Bundles the programs once for all test files. */
export default async function setup(): Promise<() => Promise<void>> {
  const { files, remove } = await bundlePrograms()
  process.env[BUNDLED_PROGRAMS] = JSON.stringify(files)
  return remove
}
