import { createHmac, timingSafeEqual } from 'node:crypto'
import { splitParameters } from '../formats/parameters.ts'

/** A parsed shared access signature. */
export interface SharedAccessSignature {
  /** The raw `sr`, which the signature covers (docs/protocol/protocol.md §2.2). */
  readonly rawResource: string
  readonly resource: string
  readonly signature: Buffer
  readonly expiry: string
  readonly expiresAt: number
  readonly policyName?: string
}

export type SasRefusal = 'malformed' | 'expired' | 'wrong-scope' | 'wrong-signature'

export type SasVerdict =
  | { readonly type: 'accepted'; readonly expiresAt: number }
  | { readonly type: 'refused'; readonly code: SasRefusal }

/** 32 bytes in base64, the output of HMAC-SHA256. */
const SIGNATURE_BASE64 = /^[A-Za-z0-9+/]{43}=$/

/**
 * Parses a token. The scheme is exact and followed by a single space. The fields come in any order,
 * each once (docs/protocol/protocol.md §2.1).
 *
 * @returns undefined for any other text
 */
export function parseSas(token: string): SharedAccessSignature | undefined {
  const [scheme, text, ...rest] = token.split(' ')
  if (scheme !== 'SharedAccessSignature' || text === undefined || rest.length > 0) return undefined
  const fields = new Map<string, string>()
  for (const [name, value] of splitParameters(text)) {
    if (name === '' || value === undefined || fields.has(name)) return undefined
    fields.set(name, value)
  }
  const rawResource = fields.get('sr')
  const expiry = fields.get('se')
  const signature = decodeSignature(fields.get('sig'))
  const resource = decode(rawResource)
  if (!rawResource || !resource || !signature || expiry === undefined || !/^\d{1,15}$/.test(expiry)) return undefined
  const sas = { rawResource, resource, signature, expiry, expiresAt: Number(expiry) * 1000 }
  if (!fields.has('skn')) return sas
  const policyName = decode(fields.get('skn'))
  if (policyName === undefined) return undefined
  // Older releases of the C SDK append an empty `skn` (vector "verify-only-empty-skn").
  return policyName === '' ? sas : { ...sas, policyName }
}

/** Signs a token. @param options `expiry` in seconds since 1970, `key` in base64 */
export function signSas(options: {
  readonly resource: string
  readonly key: string
  readonly policyName: string
  readonly expiry: number
}): string {
  const rawResource = encodeURIComponent(options.resource)
  const signature = sign({ rawResource, expiry: String(options.expiry) }, options.key).toString('base64')
  const fields = [`sr=${rawResource}`, `sig=${encodeURIComponent(signature)}`]
  return `SharedAccessSignature ${fields.join('&')}&se=${options.expiry}&skn=${encodeURIComponent(options.policyName)}`
}

/**
 * Decides whether a token gives access to a resource.
 *
 * @param keys the primary and the secondary key in base64. Either may match
 * @param resource decoded, such as `host/devices/device1`
 * @param now milliseconds since 1970. IoT Hub's tolerance is unknown
 *   (docs/protocol/protocol.md §2.5), so there is none
 */
export function verifySas(
  sas: SharedAccessSignature | undefined,
  keys: readonly string[],
  resource: string,
  now: number,
): SasVerdict {
  if (sas === undefined) return { type: 'refused', code: 'malformed' }
  if (sas.expiresAt <= now) return { type: 'refused', code: 'expired' }
  if (!covers(sas, resource)) return { type: 'refused', code: 'wrong-scope' }
  // Check every key, so that the duration does not reveal which key matched.
  // Skip an empty key, because anyone could sign with it.
  const matches = keys.map((key) => key !== '' && timingSafeEqual(sas.signature, sign(sas, key)))
  return matches.includes(true)
    ? { type: 'accepted', expiresAt: sas.expiresAt }
    : { type: 'refused', code: 'wrong-signature' }
}

/**
 * A scope is a prefix of whole segments: `/a/b` covers `/a/b/c`, not `/a/bc`. Hosts ignore case,
 * and IDs do not (docs/protocol/protocol.md §2.2, §2.3).
 *
 * The .NET SDK encodes the ID and then the whole resource, so a segment may be encoded twice
 * (azure-iot-sdk-csharp#771). That form requires the identity's own key. A policy key signs for
 * every device, and its token for the device `a%40b` must not give access to `a@b`.
 */
function covers({ resource: scope, policyName }: SharedAccessSignature, resource: string): boolean {
  const segments = resource.split('/')
  const matches = (segment: string, at: number): boolean =>
    at === 0 ? segment.toLowerCase() === segments[0]?.toLowerCase() : segment === segments[at]
  return scope
    .split('/')
    .every((segment, at) => matches(segment, at) || (policyName === undefined && matches(decode(segment) ?? '', at)))
}

function sign(sas: Pick<SharedAccessSignature, 'rawResource' | 'expiry'>, key: string): Buffer {
  return createHmac('sha256', Buffer.from(key, 'base64')).update(`${sas.rawResource}\n${sas.expiry}`).digest()
}

/**
 * A raw `+` is ambiguous, because form decoders turn it into a space (vector
 * "unescaped-signature").
 */
function decodeSignature(text: string | undefined): Buffer | undefined {
  const base64 = text?.includes('+') ? undefined : decode(text)
  return base64 !== undefined && SIGNATURE_BASE64.test(base64) ? Buffer.from(base64, 'base64') : undefined
}

function decode(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : decodeURIComponent(text)
  } catch {
    return undefined
  }
}
