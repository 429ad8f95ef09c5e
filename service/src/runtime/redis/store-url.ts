/** The address of a Redis or Valkey, as in `--store`. */
export interface StoreAddress {
  readonly hosts: readonly { readonly host: string; readonly port: number }[]
  readonly isTls: boolean
  readonly username: string | undefined
  readonly password: string | undefined
  /** The number of the database. A cluster only has 0. */
  readonly database: number
  readonly topology: { readonly type: 'single' | 'cluster' } | { readonly type: 'sentinel'; readonly master: string }
  /** The first part of every key, so that several services can share a server. */
  readonly prefix: string
  /** The address without the user and the password, for messages. */
  readonly text: string
}

const EXPECTED = 'expected redis://host:6379 or rediss://host:6380, with a user and a password if needed'
const URL_PARTS = /^(rediss?):\/\/(?:([^@/?#]*)@)?([^@/?#]+)(?:\/(\d{0,4}))?(?:\?([^#]*))?$/i
const PARAMETERS = ['cluster', 'sentinel', 'prefix'] as const

/**
 * Parses the address of a store.
 *
 * - `redis://user:password@host:6379/0`; `rediss://` uses TLS.
 * - `redis://host1:26379,host2:26379?sentinel=mymaster` asks Sentinels for the master of that name.
 * - `rediss://host1,host2?cluster` starts with some nodes of a cluster.
 * - `?prefix=shop` names the keys, by default `hubtwin`.
 *
 * @param password overrides that of the address
 * @throws SyntaxError that never quotes the user or the password
 */
export function parseStoreUrl(text: string, password?: string): StoreAddress {
  const [, scheme, userInfo, authority = '', database, query] = URL_PARTS.exec(text.trim()) ?? []
  if (scheme === undefined) throw new SyntaxError(`The address of the store is malformed; ${EXPECTED}`)
  const parameters = new URLSearchParams(query ?? '')
  for (const name of parameters.keys()) {
    if ((PARAMETERS as readonly string[]).includes(name)) continue
    throw new SyntaxError(`The address of the store has the parameter "${name}"; expected ${PARAMETERS.join(', ')}`)
  }
  const isTls = scheme.toLowerCase() === 'rediss'
  const master = parameters.get('sentinel')
  const isCluster = parameters.has('cluster')
  if (master !== null && isCluster) throw new SyntaxError('A store is a cluster or has Sentinels, not both')
  if (master === '') throw new SyntaxError('The parameter "sentinel" of the store names the master, such as mymaster')
  const hosts = authority.split(',').map((host) => parseHost(host, master === null ? 6379 : 26_379))
  if (hosts.length > 1 && master === null && !isCluster)
    throw new SyntaxError('Several hosts of a store need ?cluster or ?sentinel=mymaster')
  const prefix = parameters.get('prefix') ?? 'hubtwin'
  if (!/^[\w.:-]{1,64}$/.test(prefix))
    throw new SyntaxError('The prefix of the store is not 1 to 64 letters, digits, and . : - _')
  const [user, ...secret] = (userInfo ?? '').split(':')
  return {
    hosts,
    isTls,
    username: user ? decoded(user) : undefined,
    password: password || (secret.length > 0 ? decoded(secret.join(':')) : undefined),
    database: Number(database || 0),
    topology:
      master !== null ? { type: 'sentinel', master } : { type: isCluster ? ('cluster' as const) : ('single' as const) },
    prefix,
    text: `${scheme.toLowerCase()}://${authority}${database ? `/${database}` : ''}${query ? `?${query}` : ''}`,
  }
}

function parseHost(text: string, defaultPort: number): { host: string; port: number } {
  const [, bracketed, plain, digits] = /^(?:\[([\da-f:.]+)\]|([\w.-]+))(?::(\d{1,5}))?$/i.exec(text) ?? []
  const host = bracketed ?? plain
  const port = digits === undefined ? defaultPort : Number(digits)
  if (host === undefined || port > 65_535) throw new SyntaxError(`The host of the store is malformed; ${EXPECTED}`)
  return { host, port }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new SyntaxError('The user or the password of the store is not URL-encoded; encode % as %25')
  }
}
