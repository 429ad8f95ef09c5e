import { posix } from 'node:path'

const EXPECTED_FILE = /^(?:(?:dist|src)\/.+|package\.json|README\.md|LICENSE)$/
/** For tools that do not read `exports`: each entry has a folder with a package.json. */
const ENTRY_FILE = /^(?:[a-z-]+\/)+package\.json$/
const REQUIRED = ['package.json', 'README.md', 'LICENSE', 'dist/index.js', 'dist/index.d.ts', 'src/index.ts']

/**
 * Finds problems with the files of a tarball.
 *
 * @param files paths relative to the package
 * @param readFile returns the text of a file
 * @param more required files in addition to those of every package
 */
export function contentComplaints(
  files: readonly string[],
  readFile: (file: string) => string,
  more: readonly string[] = [],
): string[] {
  const strangers = files.filter(
    (file) =>
      !(EXPECTED_FILE.test(file) || ENTRY_FILE.test(file) || more.includes(file)) || file.endsWith('.tsbuildinfo'),
  )
  const missing = [...REQUIRED, ...more].filter((file) => !files.includes(file))
  const maps = files.filter((file) => file.endsWith('.map'))
  return [
    ...strangers.map((file) => `${file} does not belong in the tarball`),
    ...missing.map((file) => `${file} is missing from the tarball`),
    ...maps.flatMap((file) => {
      const { sources } = JSON.parse(readFile(file)) as { sources: string[] }
      const lost = sources.filter((source) => !files.includes(posix.join(posix.dirname(file), source)))
      // A map without its source also reveals the output of a deleted file.
      return lost.map((source) => `${file} points to ${source}, which is not in the tarball`)
    }),
  ]
}
