/** A reference to another module in the source. */
export interface Import {
  /** The text between the quotes. */
  readonly specifier: string
  /** The compiler removes the reference: `import type`, `export type … from`, `import('x').T`. */
  readonly isTypeOnly: boolean
  readonly isExportAll: boolean
  readonly line: number
}

/** Code, apart from imports, that a rule may forbid. */
export interface Finding {
  readonly what: string
  readonly line: number
}

/** A class, with what it extends and implements. */
export interface ClassFact {
  readonly name: string
  readonly bases: readonly string[]
  readonly line: number
}

/** The facts about a source file that the rules need. */
export interface Module {
  /** The path from the root of the checkout, with `/`. */
  readonly file: string
  readonly lines: number
  readonly imports: readonly Import[]
  /** Uses of time, randomness, and promises. */
  readonly impurities: readonly Finding[]
  /** Module constants whose names are not UPPER_CASE. */
  readonly constants: readonly Finding[]
  readonly classes: readonly ClassFact[]
}

export interface Violation {
  readonly file: string
  readonly line: number
  readonly message: string
}
