import { type JsonObject, typeName } from '../protocol/json.ts'
import type { PatchError } from '../protocol/copy-json.ts'
import { copyReportedPatch } from '../protocol/limits.ts'
import type { SchemaIssue, StandardSchema } from './standard-schema.ts'

/**
 * The newest desired properties of the hub, as a schema validates them.
 * @example
 * ```ts
 * import { openTwin } from 'hubtwin'
 * import {
 *   type DesiredIssue,
 *   type DesiredValidity,
 *   type InvalidDesired,
 *   type StandardSchema,
 *   type UncheckedTwin,
 *   validateDesired,
 *   type ValidatedTwin,
 * } from 'hubtwin/schema'
 *
 * const textOf = ({ message }: DesiredIssue): string => message
 * const warn = ({ version, issues }: InvalidDesired): void =>
 *   console.warn(version, issues.map(textOf))
 *
 * function watch<Desired extends object>(twin: ValidatedTwin<UncheckedTwin, Desired>): void {
 *   twin.onValidity((validity: DesiredValidity) => validity.type === 'invalid' && warn(validity))
 * }
 *
 * declare const connectionString: string
 * declare const schema: StandardSchema<{ readonly target: number }>
 * const twin = openTwin(connectionString)
 * watch(validateDesired(twin, schema))
 * ```
 */
export type DesiredValidity =
  /** Before the first sync. */
  { readonly type: 'unknown' } | { readonly type: 'valid' } | InvalidDesired

/** Desired properties that do not match the schema. The last valid ones stay in force. */
export interface InvalidDesired {
  readonly type: 'invalid'
  /** The desired `$version`. */
  readonly version: number
  /** All desired properties that the hub has. */
  readonly desired: JsonObject
  readonly issues: readonly DesiredIssue[]
}

/** A reason why desired properties do not match the schema. */
export interface DesiredIssue {
  /** Keys and array indices joined by dots; `''` is the root. */
  readonly path: string
  /** The text of the schema's library. It may contain the value. */
  readonly message: string
}

/** The output of the schema, or its issues. */
export type SchemaOutcome = { readonly desired: JsonObject } | { readonly issues: readonly DesiredIssue[] }

/** @throws TypeError when it is not a schema, or validates asynchronously */
export function checkSchema(schema: StandardSchema<object>): void {
  if (typeof schema?.['~standard']?.validate !== 'function') {
    throw new TypeError(`schema is ${typeName(schema)} without ~standard.validate, which a Standard Schema has`)
  }
  validateProperties(schema, {})
}

/**
 * Validates desired properties. The result is the output of the schema, so that it has the schema's
 * default values, and no keys that the schema strips.
 *
 * @throws TypeError when the schema validates asynchronously
 */
export function validateProperties(schema: StandardSchema<object>, desired: JsonObject): SchemaOutcome {
  const { validate, vendor } = schema['~standard']
  const result = validate(desired)
  if ('then' in result) {
    result.then(undefined, () => {})
    throw new TypeError(`schema validates asynchronously (${vendor}); the changes of a twin need a synchronous schema`)
  }
  if (result.issues !== undefined) return { issues: Object.freeze(result.issues.map(toIssue)) }
  try {
    return { desired: copyReportedPatch(result.value, 'Output of the schema') }
  } catch (error) {
    const { message, path } = error as PatchError
    return { issues: [{ path: path.join('.'), message }] }
  }
}

function toIssue({ message, path = [] }: SchemaIssue): DesiredIssue {
  const keys = path.map((step) => String(typeof step === 'object' ? step.key : step))
  return Object.freeze({ path: keys.join('.'), message })
}
