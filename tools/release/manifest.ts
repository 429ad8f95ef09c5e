type Targets = string | { readonly [condition: string]: Targets }

/** The parts of a package.json that a release reads. */
export interface Manifest {
  readonly name: string
  readonly version: string
  readonly private?: boolean
  readonly main?: string
  readonly types?: string
  readonly bin?: Targets
  readonly exports?: Targets
  readonly repository?: unknown
  readonly homepage?: unknown
  readonly bugs?: unknown
}

/**
 * Finds files that a package.json names and the tarball lacks, for example before the build.
 *
 * @param files paths relative to the package
 */
export function missingTargets({ main, types, bin, exports }: Manifest, files: readonly string[]): string[] {
  const targets = [main, types, bin, exports].flatMap((part) => (part === undefined ? [] : pathsIn(part)))
  return [...new Set(targets)].filter((target) => !files.includes(target.replace(/^\.\//, '')))
}

function pathsIn(targets: Targets): string[] {
  return typeof targets === 'string' ? [targets] : Object.values(targets).flatMap(pathsIn)
}
