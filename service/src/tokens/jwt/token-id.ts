/**
 * Creates the ID (`jti`) of an enrollment's first JWT: a UUID. A renewed JWT has the same UUID,
 * `~`, and a random suffix. So each ID is unique (RFC 7519 §4.1.7), shows its enrollment, and
 * cannot be a device ID, which has no `~`.
 */
export function newId(): string {
  return crypto.randomUUID()
}

/** Creates the ID of a JWT that renews the JWT with this ID. */
export function renewedId(id: string): string {
  return `${enrollmentOf(id)}~${crypto.randomUUID().slice(0, 8)}`
}

/** Returns the first ID of an ID's enrollment, and any other text unchanged. */
export function enrollmentOf(id: string): string {
  return /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})~[0-9a-f]{8}$/.exec(id)?.[1] ?? id
}
