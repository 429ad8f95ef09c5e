/** Which files a module may import. */
export interface Row {
  /** A file, or a folder with a trailing `/`. The first row that fits a file counts. */
  readonly module: string
  /** Files and folders of this checkout; the module itself is always allowed. */
  readonly may: readonly string[]
  /** The same, but only their types. */
  readonly mayTypesOf?: readonly string[]
  /** Packages by exact name; `node:` stands for all of Node's. */
  readonly packages?: readonly string[]
  /** Also every package that the folder's package.json declares. */
  readonly declaredPackages?: boolean
  /** No time, no chance, no promise. */
  readonly isPure?: boolean
}
