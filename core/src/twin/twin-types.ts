/** Any property may be missing: before the first sync, or because it has no value yet. */
export type LastKnown<T> = string extends keyof T ? T : Partial<T>

/** A merge patch of `T`: any of its properties, and `null` to delete a property. */
export type TwinPatch<T> = string extends keyof T ? object : { readonly [Key in keyof T]?: PatchValue<T[Key]> | null }

type PatchValue<Value> = Value extends readonly unknown[] ? Value : Value extends object ? TwinPatch<Value> : Value
