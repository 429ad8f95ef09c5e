const SCHEME = 'SharedAccessSignature '

/** The fields of a shared access signature. */
export interface TokenFields {
  readonly hostName: string
  /** `undefined` if the token is not for a single device. */
  readonly deviceId: string | undefined
  readonly moduleId: string | undefined
  readonly signature: string
  /** Seconds since 1970; `NaN` if `se` is not a number. */
  readonly expiry: number
}

/** @returns `undefined` for a text that does not start with the scheme of a token */
export function readToken(token: string): TokenFields | undefined {
  if (!token.startsWith(SCHEME)) return undefined
  // URLSearchParams would read a plus sign of the signature as a space.
  const fields = new URLSearchParams(token.slice(SCHEME.length).replaceAll('+', '%2B'))
  const [hostName = '', devices, deviceId, modules, moduleId] = (fields.get('sr') ?? '').split('/')
  const isDevice = devices === 'devices' && deviceId !== undefined
  return {
    hostName,
    deviceId: isDevice ? decodeAgain(deviceId) : undefined,
    moduleId: isDevice && modules === 'modules' && moduleId !== undefined ? decodeAgain(moduleId) : undefined,
    signature: fields.get('sig') ?? '',
    expiry: Number(fields.get('se') ?? Number.NaN),
  }
}

/**
 * The .NET device SDK encodes an ID twice, the other SDKs once (docs/protocol/protocol.md §2.2). A
 * hub knows its IDs and compares both readings. This page guesses: it decodes again only if every
 * escape stands for a character that needs one, so `n%40m` becomes `n@m`, and `a%41` stays.
 */
function decodeAgain(id: string): string {
  const escapes = id.match(/%[\da-f]{2}/gi) ?? []
  const isEncoded = escapes.length === id.split('%').length - 1 && !escapes.some(isNeedless)
  try {
    return isEncoded ? decodeURIComponent(id) : id
  } catch {
    return id
  }
}

/** RFC 3986 §2.3: unreserved characters need no escape. */
function isNeedless(escape: string): boolean {
  return /[\w.~-]/.test(String.fromCharCode(Number.parseInt(escape.slice(1), 16)))
}
