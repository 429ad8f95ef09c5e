/**
 * The part of a Standard Schema that hubtwin uses (https://standardschema.dev, version 1). Valibot,
 * Zod, ArkType, and other libraries make such schemas.
 *
 * @typeParam Output the valid values
 */
export interface StandardSchema<Output> {
  readonly '~standard': {
    readonly version: 1
    /** The name of the library. */
    readonly vendor: string
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>
  }
}

/** Without `issues`, the value is valid. */
export type SchemaResult<Output> =
  { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly SchemaIssue[] }

export interface SchemaIssue {
  readonly message: string
  /** From the root of the value to the problem. */
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}
