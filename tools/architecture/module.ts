/** One mention of another module, as it stands in the source. */
export interface Import {
  /** What is written between the quotes. */
  readonly specifier: string
  /** True where nothing is left of it after compilation: `import type`, `export type … from`, `import('x').T`. */
  readonly isTypeOnly: boolean
  readonly isExportAll: boolean
  readonly line: number
}

/** Something in the code itself, apart from imports, that a rule may forbid. */
export interface Finding {
  readonly what: string
  readonly line: number
}

/** What the rules need to know of one source file. */
export interface Module {
  /** Path from the checkout's root, with `/`. */
  readonly file: string
  readonly lines: number
  readonly imports: readonly Import[]
  /** Uses of time, chance and promises. */
  readonly impurities: readonly Finding[]
}

export interface Violation {
  readonly file: string
  readonly line: number
  readonly message: string
}
