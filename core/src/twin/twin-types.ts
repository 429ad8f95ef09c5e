/** Any property may be missing: before the first sync, or because it has no value yet. */
export type LastKnown<T> = string extends keyof T ? T : Partial<T>

/**
 * `T`, but the compiler does not infer it from here: a path and its value do not lead back to the
 * properties of a twin. `NoInfer` would stay visible in the types of listeners.
 */
export type Fixed<T> = [T][T extends unknown ? 0 : never]

/** A merge patch of `T`: any of its properties, and `null` to delete a property. */
export type TwinPatch<T> = string extends keyof T ? object : { readonly [Key in keyof T]?: PatchValue<T[Key]> | null }

type PatchValue<Value> = Value extends readonly unknown[] ? Value : Value extends object ? TwinPatch<Value> : Value
