import type { Bundle } from './browser-size.ts'

export interface Budget {
  /** What a page imports: the keys of the record, too. */
  readonly entries: readonly string[]
  /** Bytes after gzip -9. */
  readonly limit: number
  /** Whether the bundle may hold modules of npm packages. */
  readonly withPackages: boolean
}

/** What a page may download for each entry. A new limit needs a reason in its commit. */
export const budgets: readonly Budget[] = [
  { entries: ['hubtwin/light'], limit: 19_200, withPackages: false },
  { entries: ['hubtwin/light', 'hubtwin/light/shared-twin'], limit: 23_000, withPackages: false },
  { entries: ['hubtwin'], limit: 123_000, withPackages: true },
  { entries: ['hubtwin', 'hubtwin/shared-twin'], limit: 127_000, withPackages: true },
  { entries: ['hubtwin/web-storage'], limit: 340, withPackages: false },
]

/** The sizes of modules when the limits were last set, by the entries of a budget. */
export type SizeRecord = Readonly<Record<string, Bundle>>

export function nameOf({ entries }: Budget): string {
  return entries.join(' + ')
}

/**
 * What is wrong with a bundle. Past the limit, names the modules that grew since the record, the largest growth first.
 *
 * @param before the bundle in the record
 */
export function sizeComplaints(budget: Budget, now: Bundle, before: Bundle | undefined): string[] {
  const name = nameOf(budget)
  const strangers = Object.keys(now.modules).filter((path) => isOfPackage(path) && !budget.withPackages)
  return [
    ...strangers.map((path) => `${name} takes ${path} into a page; it needs no package there`),
    ...(now.gzip <= budget.limit
      ? []
      : [`${name} has ${now.gzip} bytes gzip; ${budget.limit} is the limit`, ...growth(now, before)]),
  ]
}

/** An empty stub stands for what the `browser` field of a package.json turns off. */
function isOfPackage(path: string): boolean {
  return path.includes('node_modules/') && !path.startsWith('(disabled):')
}

function growth({ modules }: Bundle, before: Bundle | undefined): string[] {
  return Object.entries(modules)
    .map(([path, bytes]) => ({ path, bytes, was: before?.modules[path] ?? 0 }))
    .filter(({ bytes, was }) => bytes > was)
    .sort((a, b) => b.bytes - b.was - (a.bytes - a.was))
    .map(({ path, bytes, was }) => `  ${path}: ${was} to ${bytes} bytes`)
}
