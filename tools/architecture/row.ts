/** The import rule of a file or a folder. ARCHITECTURE.md explains the layers. */
export interface Row {
  /** A file, or a folder with a trailing `/`. The first matching row counts. */
  readonly module: string
  /** Allowed files and folders of this checkout. The module itself is always allowed. */
  readonly may: readonly string[]
  /** Files and folders of which only types are allowed. */
  readonly mayTypesOf?: readonly string[]
  /** Allowed packages by exact name. `node:` stands for all of Node's. */
  readonly packages?: readonly string[]
  /** Also allows every package that the folder's package.json declares. */
  readonly declaredPackages?: boolean
  /** Forbids time, randomness, and promises. */
  readonly isPure?: boolean
}
