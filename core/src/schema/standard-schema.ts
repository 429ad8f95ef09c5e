/**
 * The part of a Standard Schema that hubtwin uses (https://standardschema.dev, version 1). Valibot,
 * Zod, ArkType, and other libraries make such schemas.
 *
 * @typeParam Output the valid values
 * @example
 * ```ts
 * import { openTwin } from 'hubtwin'
 * import { type SchemaIssue, type SchemaResult, validateDesired } from 'hubtwin/schema'
 * import type { StandardSchema } from 'hubtwin/schema'
 *
 * interface Desired {
 *   readonly target: number
 * }
 * const issue: SchemaIssue = { message: 'target is not a number', path: ['target'] }
 *
 * function validate(value: unknown): SchemaResult<Desired> {
 *   const { target } = value as { readonly target?: unknown }
 *   return typeof target === 'number' ? { value: { target } } : { issues: [issue] }
 * }
 * const schema: StandardSchema<Desired> = { '~standard': { version: 1, vendor: 'app', validate } }
 *
 * declare const connectionString: string
 * const twin = validateDesired(openTwin(connectionString), schema)
 * console.log(twin.desired.target)
 * ```
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
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] }

export interface SchemaIssue {
  readonly message: string
  /** From the root of the value to the problem. */
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}
