import { createHmac, timingSafeEqual } from 'node:crypto'
import { splitParameters } from '../formats/parameters.ts'

/** A shared access signature, taken apart. `rawResource` is `sr` as it was sent: that is what was signed (docs/protocol/protocol.md §2.2). */
export interface SharedAccessSignature {
  readonly rawResource: string
  readonly resource: string
  readonly signature: Buffer
  readonly expiry: string
  readonly expiresAt: number
  readonly policyName?: string
}

export type SasRefusal = 'malformed' | 'expired' | 'wrong-scope' | 'wrong-signature'

export type SasVerdict =
  { readonly type: 'accepted'; readonly expiresAt: number } | { readonly type: 'refused'; readonly code: SasRefusal }

/** 32 bytes in base64, as HMAC-SHA256 makes them. */
const signatureBase64 = /^[A-Za-z0-9+/]{43}=$/

/**
 * Takes a token apart by docs/protocol/protocol.md §2.1: fields in any order, one space after the exact scheme word, each field once.
 *
 * @returns undefined where the text is no shared access signature
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

/** Makes a token. @param options `expiry` in seconds since 1970; `key` in base64 */
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
 * Decides whether a token opens a resource at a time.
 *
 * @param keys base64; one that matches is enough (primary, secondary)
 * @param resource decoded: `host/devices/device1`
 * @param now milliseconds since 1970. The tolerance of the real hub is not known (docs/protocol/protocol.md §2.5), so there is none
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
  // No early end: how long this takes says nothing about which key came close.
  // An empty key is no key: anyone could sign with it.
  const matches = keys.map((key) => key !== '' && timingSafeEqual(sas.signature, sign(sas, key)))
  return matches.includes(true)
    ? { type: 'accepted', expiresAt: sas.expiresAt }
    : { type: 'refused', code: 'wrong-signature' }
}

/**
 * A scope is a prefix by segment: `/a/b` covers `/a/b/c`, not `/a/bc`. Hosts ignore case, IDs do not (docs/protocol/protocol.md §2.2, §2.3).
 *
 * The .NET SDK encodes the ID and then the whole resource, so a segment may also be encoded twice (azure-iot-sdk-csharp#771). A policy key
 * signs for every device, and the policy token of the device `a%40b` must not open `a@b`. So that form needs the key of the identity itself.
 */
function covers({ resource: scope, policyName }: SharedAccessSignature, resource: string): boolean {
  const wanted = resource.split('/')
  const names = (segment: string, at: number): boolean =>
    at === 0 ? segment.toLowerCase() === wanted[0]?.toLowerCase() : segment === wanted[at]
  return scope
    .split('/')
    .every((segment, at) => names(segment, at) || (policyName === undefined && names(decode(segment) ?? '', at)))
}

function sign(sas: Pick<SharedAccessSignature, 'rawResource' | 'expiry'>, key: string): Buffer {
  return createHmac('sha256', Buffer.from(key, 'base64')).update(`${sas.rawResource}\n${sas.expiry}`).digest()
}

/** A bare `+` is ambiguous, since a form decoder makes a space of it (vector "unescaped-signature"). A bare `/` or `=` is not. */
function decodeSignature(text: string | undefined): Buffer | undefined {
  const base64 = text?.includes('+') ? undefined : decode(text)
  return base64 !== undefined && signatureBase64.test(base64) ? Buffer.from(base64, 'base64') : undefined
}

function decode(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : decodeURIComponent(text)
  } catch {
    return undefined
  }
}
