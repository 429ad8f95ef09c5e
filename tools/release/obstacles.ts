import type { Manifest } from './manifest.ts'

/** Fields with the address of the project, which npm shows and provenance compares. */
const ADDRESSES = ['repository', 'homepage', 'bugs'] as const

export interface ReleaseState {
  /** Lines of `git status --porcelain`. */
  readonly changes: readonly string[]
  readonly changelog: string
  readonly manifests: readonly Manifest[]
}

/** Lists what prevents a release. A dry run goes on in spite of it. */
export function obstacles({ changes, changelog, manifests }: ReleaseState): string[] {
  return [
    ...(changes.length === 0 ? [] : [`the checkout has ${changes.length} changes that are not committed`]),
    ...manifests.flatMap((manifest) => [...addressObstacles(manifest), ...changelogObstacles(manifest, changelog)]),
  ]
}

function addressObstacles(manifest: Manifest): string[] {
  const missing = ADDRESSES.filter((field) => manifest[field] === undefined)
  return missing.length === 0 ? [] : [`${manifest.name}: package.json has no ${missing.join(', ')}`]
}

/** The first heading of the changelog is the version, without a remark in parentheses. */
function changelogObstacles({ name, version }: Manifest, changelog: string): string[] {
  const heading = /^## (.+)$/m.exec(changelog)?.[1] ?? 'nothing'
  if (heading === version) return []
  return [`${name}: CHANGELOG.md starts with "${heading}", and package.json has version ${version}`]
}
