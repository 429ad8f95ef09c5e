import { addressComplaints, webAddress } from './address.ts'
import type { Manifest } from './manifest.ts'

export interface ReleaseState {
  /** Lines of `git status --porcelain`. */
  readonly changes: readonly string[]
  readonly changelog: string
  /** The manifest of each published package, and its folder relative to the root. */
  readonly packages: readonly { readonly folder: string; readonly manifest: Manifest }[]
  /** `repository.url` of the package.json at the root. */
  readonly repository: string
  /** The URL of the remote `origin`; undefined without a remote. */
  readonly origin: string | undefined
}

/** Lists what prevents a release. A dry run goes on in spite of it. */
export function obstacles({ changes, changelog, packages, repository, origin }: ReleaseState): string[] {
  return [
    ...(changes.length === 0 ? [] : [`changes in the checkout without a commit: ${changes.length}`]),
    ...originObstacles(repository, origin),
    ...packages.flatMap(({ folder, manifest }) => [
      ...addressComplaints(manifest, folder, webAddress(repository) ?? repository),
      ...changelogObstacles(manifest, changelog),
    ]),
  ]
}

/** The address in the packages is a plan until the repository is there. */
function originObstacles(repository: string, origin: string | undefined): string[] {
  if (origin !== undefined && webAddress(origin) === webAddress(repository)) return []
  return [`the remote origin is ${origin ?? 'missing'}; the packages name ${webAddress(repository) ?? repository}`]
}

/** The first heading of the changelog is the version, without a remark in parentheses. */
function changelogObstacles({ name, version }: Manifest, changelog: string): string[] {
  const heading = /^## (.+)$/m.exec(changelog)?.[1] ?? 'nothing'
  if (heading === version) return []
  return [`${name}: CHANGELOG.md starts with "${heading}", and package.json has version ${version}`]
}
