/** The keys of a store. */
export interface RedisKeys {
  readonly signingKeys: string
  readonly revocations: string
  readonly devices: string
  readonly audit: string
  readonly probe: string
  code(hash: string): string
  session(id: string): string
  /** The prefix of a counter of rate-limiter-flexible. */
  limit(name: string): string
}

/**
 * Names the keys of a store.
 *
 * @param prefix in braces it becomes a hash tag: a cluster keeps all keys of a service in a single
 *   slot (Redis cluster specification, "Hash tags")
 */
export function redisKeys(prefix: string): RedisKeys {
  const key = (name: string): string => `{${prefix}}:${name}`
  return {
    signingKeys: key('signing-keys'),
    revocations: key('revocations'),
    devices: key('devices'),
    audit: key('audit'),
    probe: key('probe'),
    code: (hash) => key(`code:${hash}`),
    session: (id) => key(`session:${id}`),
    limit: (name) => key(`limit:${name}`),
  }
}
