/** Copies a JSON value with another value at a path, `a/0/b`. Undefined removes the key. */
export function changedAt<Value>(value: Value, place: string, replacement?: unknown): Value {
  const copy = structuredClone(value)
  const keys = place.split('/')
  const last = keys.pop() ?? ''
  let at = copy as Record<string, unknown>
  for (const key of keys) at = at[key] as Record<string, unknown>
  if (replacement === undefined) delete at[last]
  else at[last] = replacement
  return copy
}

/** Puts a leaf into a number of objects. */
export function nested(levels: number, leaf: unknown = 1): unknown {
  let value = leaf
  for (let level = 0; level < levels; level++) value = { a: value }
  return value
}
