import { posix } from 'node:path'

const isExpected = /^(?:(?:dist|src)\/.+|package\.json|README\.md|LICENSE)$/
/** For tools that do not read `exports`: the folder of each entry has a package.json that leads to it. */
const isEntry = /^(?:[a-z-]+\/)+package\.json$/
const required = ['package.json', 'README.md', 'LICENSE', 'dist/index.js', 'dist/index.d.ts', 'src/index.ts']

/**
 * What is wrong with the files of a tarball.
 *
 * @param files paths relative to the package
 * @param readFile gives the text of one of them
 * @param more files that have to be there beside those of every package
 */
export function contentComplaints(
  files: readonly string[],
  readFile: (file: string) => string,
  more: readonly string[] = [],
): string[] {
  const strangers = files.filter(
    (file) => !(isExpected.test(file) || isEntry.test(file) || more.includes(file)) || file.endsWith('.tsbuildinfo'),
  )
  const missing = [...required, ...more].filter((file) => !files.includes(file))
  const maps = files.filter((file) => file.endsWith('.map'))
  return [
    ...strangers.map((file) => `${file} does not belong into the tarball`),
    ...missing.map((file) => `${file} is missing from the tarball`),
    ...maps.flatMap((file) => {
      const { sources } = JSON.parse(readFile(file)) as { sources: string[] }
      const lost = sources.filter((source) => !files.includes(posix.join(posix.dirname(file), source)))
      // A map without its source is also how the output of a deleted file shows.
      return lost.map((source) => `${file} points to ${source}, which is not in the tarball`)
    }),
  ]
}
