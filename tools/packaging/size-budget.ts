import type { Bundle } from './browser-size.ts'

export interface Budget {
  /** The entries that a page imports. */
  readonly entries: readonly string[]
  /**
   * The name that the page imports of the first entry.
   * @default everything
   */
  readonly name?: string
  /** Bytes after gzip -9. */
  readonly limit: number
  /** Whether the bundle may hold modules of npm packages. */
  readonly withPackages: boolean
}

/** The size limit of each entry. A new limit needs a reason in its commit. */
export const BUDGETS: readonly Budget[] = [
  { entries: ['hubtwin/light'], name: 'openTwin', limit: 20_400, withPackages: false },
  { entries: ['hubtwin/light'], name: 'openDevice', limit: 21_600, withPackages: false },
  { entries: ['hubtwin/light', 'hubtwin/telemetry'], name: 'openDevice', limit: 25_300, withPackages: false },
  { entries: ['hubtwin/light', 'hubtwin/methods'], name: 'openDevice', limit: 24_000, withPackages: false },
  { entries: ['hubtwin/light', 'hubtwin/messages'], name: 'openDevice', limit: 24_400, withPackages: false },
  {
    entries: ['hubtwin/light', 'hubtwin/telemetry', 'hubtwin/methods'],
    name: 'openDevice',
    limit: 27_500,
    withPackages: false,
  },
  { entries: ['hubtwin/light', 'hubtwin/light/shared-twin'], name: 'openTwin', limit: 25_100, withPackages: false },
  {
    entries: ['hubtwin/light/shared-device', 'hubtwin/telemetry', 'hubtwin/methods', 'hubtwin/messages'],
    name: 'openSharedDevice',
    limit: 37_250,
    withPackages: false,
  },
  { entries: ['hubtwin'], name: 'openTwin', limit: 124_000, withPackages: true },
  { entries: ['hubtwin', 'hubtwin/shared-twin'], name: 'openTwin', limit: 129_000, withPackages: true },
  { entries: ['hubtwin/plug-and-play'], limit: 1350, withPackages: false },
  { entries: ['hubtwin/light', 'hubtwin/schema'], name: 'openTwin', limit: 21_200, withPackages: false },
  { entries: ['hubtwin/web-storage'], limit: 340, withPackages: false },
]

/** The sizes of modules at the last change of the limits, by the entries of a budget. */
export type SizeRecord = Readonly<Record<string, Bundle>>

/** The key of a budget in the record. */
export function nameOf({ entries, name }: Budget): string {
  return `${name === undefined ? '' : `${name} of `}${entries.join(' + ')}`
}

/** The module of a page that imports what a budget allows for. */
export function pageOf({ entries, name }: Budget): string {
  return entries
    .map((entry, index) => {
      const imported = index === 0 && name !== undefined ? `{ ${name} }` : `* as entry${index}`
      return `export ${imported} from '${entry}'`
    })
    .join('\n')
}

/**
 * Finds problems with a bundle. Over the limit, it names the modules that grew since the record,
 * the largest growth first.
 *
 * @param before the bundle in the record
 */
export function sizeComplaints(budget: Budget, now: Bundle, before: Bundle | undefined): string[] {
  const name = nameOf(budget)
  const strangers = Object.keys(now.modules).filter((path) => isOfPackage(path) && !budget.withPackages)
  return [
    ...strangers.map((path) => `${name} loads ${path} into a page; it must not load packages there`),
    ...(now.gzip <= budget.limit
      ? []
      : [`${name} has ${now.gzip} bytes gzip; ${budget.limit} is the limit`, ...growth(now, before)]),
  ]
}

/** An empty stub replaces a module that the `browser` field of a package.json turns off. */
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
