export { validateDesired } from './validate-desired.ts'

export type { SchemaIssue, SchemaResult, StandardSchema } from './standard-schema.ts'
export type { UncheckedTwin, ValidatedTwin } from './validate-desired.ts'
export type { DesiredIssue, DesiredValidity, InvalidDesired } from './validity.ts'
