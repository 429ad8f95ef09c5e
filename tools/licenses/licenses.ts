import { ALLOWED } from './allowed.ts'

/** The parts of `node_modules/.package-lock.json` that the check reads. */
export interface InstalledPackages {
  readonly packages: Readonly<Record<string, InstalledPackage>>
}

export interface InstalledPackage {
  readonly version?: string
  /** Only development tools need the package. */
  readonly dev?: boolean
  /** A workspace of this repository. */
  readonly link?: boolean
}

/** The parts of a package.json. Old packages have `licenses`: the user chooses an entry. */
export interface LicenseFields {
  readonly license?: string | { readonly type?: string }
  readonly licenses?: readonly { readonly type?: string }[]
}

/**
 * Lists what users install or load: the dependencies of the workspaces, and the packages that a
 * build copies into a page.
 *
 * @param bundled names of development dependencies that a build copies
 * @returns folders relative to the repository, such as `node_modules/ws`
 */
export function shippedPackages({ packages }: InstalledPackages, bundled: ReadonlySet<string>): string[] {
  return Object.entries(packages)
    .filter(([folder]) => folder.includes('node_modules/'))
    .filter(([folder, { dev, link }]) => link !== true && (dev !== true || bundled.has(nameOf(folder))))
    .map(([folder]) => folder)
}

/** Returns the reason to reject the license of a package, if any. */
export function licenseProblem({ license, licenses }: LicenseFields): string | undefined {
  const named = typeof license === 'object' ? license.type : license
  const choices = named === undefined ? (licenses ?? []).map(({ type = '' }) => type) : choicesOf(named)
  if (choices.length === 0) return 'has no license in its package.json'
  return choices.some((choice) => choice.split(' AND ').every((part) => ALLOWED.has(part)))
    ? undefined
    : `has the license ${choices.join(' OR ')}, which tools/licenses/allowed.ts does not list`
}

/** Returns the alternatives of an SPDX expression. `AND` binds first (SPDX 2.3 Annex D). */
function choicesOf(expression: string): string[] {
  return expression
    .replace(/^\((.*)\)$/, '$1')
    .split(' OR ')
    .map((choice) => choice.trim())
}

function nameOf(folder: string): string {
  return folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length)
}
