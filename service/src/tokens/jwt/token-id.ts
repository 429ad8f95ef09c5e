/**
 * IDs (`jti`) of the service's own JWTs. The first JWT of an enrollment has a UUID, a renewed one that UUID, `~` and a random end. So each ID
 * is unique (RFC 7519 §4.1.7), tells its enrollment, and can't be a device ID, which has no `~`.
 */
export function newId(): string {
  return crypto.randomUUID()
}

/** The ID of a JWT renewed from the one that has this ID. */
export function renewedId(id: string): string {
  return `${enrollmentOf(id)}~${crypto.randomUUID().slice(0, 8)}`
}

/** The first ID of the enrollment that an ID belongs to; any other text stays as it is. */
export function enrollmentOf(id: string): string {
  return /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})~[0-9a-f]{8}$/.exec(id)?.[1] ?? id
}
