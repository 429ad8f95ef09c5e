import { decodePercent, parseFields } from './fields.ts'
import { clientId, type DeviceIdentity } from './identity.ts'

/**
 * Encodes as the official SDKs do: encodeURIComponent, and the five characters that it leaves
 * alone, in lower-case hex (docs/protocol/protocol.md §2.2).
 */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16)}`)
}

/** The audience of a token, encoded for signing (docs/protocol/protocol.md §2.3). */
export function audience({ hostName, deviceId, moduleId }: DeviceIdentity): string {
  return encode(`${hostName}/devices/${deviceId}${moduleId === undefined ? '' : `/modules/${moduleId}`}`)
}

/** The text that the key signs (IoT Hub: "Control access by SAS"). */
export function stringToSign(sr: string, expiryInSeconds: number): string {
  return `${sr}\n${expiryInSeconds}`
}

/** @param signature base64, not URL-encoded */
export function formatToken(sr: string, signature: string, expiryInSeconds: number, keyName?: string): string {
  const skn = keyName === undefined ? '' : `&skn=${encode(keyName)}`
  return `SharedAccessSignature sr=${sr}&sig=${encode(signature)}${skn}&se=${expiryInSeconds}`
}

/**
 * Reads a ready-made token. Only the hub can check the signature.
 *
 * @returns the expiry in milliseconds since 1970
 * @throws SyntaxError names the missing part, and repeats no part of the token
 */
export function readToken(token: string, identity: DeviceIdentity): { expiresAt: number } {
  const [, query] = /^SharedAccessSignature (\S+)$/.exec(token) ?? []
  if (query === undefined)
    throw new SyntaxError('SharedAccessSignature is not of the form "SharedAccessSignature sr=…&sig=…&se=…"')
  const fields = parseFields(query)
  for (const name of ['sr', 'sig', 'se']) {
    if (!fields.get(name)) throw new SyntaxError(`SharedAccessSignature has no ${name}`)
  }
  const expiry = fields.get('se') ?? ''
  if (!/^\d{1,12}$/.test(expiry))
    throw new SyntaxError('SharedAccessSignature has an se that is not a number of seconds')
  if (!covers(fields.get('sr') ?? '', identity)) {
    throw new SyntaxError(`SharedAccessSignature is not for ${identity.hostName}/devices/${clientId(identity)}`)
  }
  return { expiresAt: Number(expiry) * 1000 }
}

/**
 * A token is valid for its audience and everything below, segment by segment: `/a/b` covers
 * `/a/b/c` but not `/a/bc`. A segment may be encoded twice: the .NET SDK does that
 * (azure-iot-sdk-csharp#771).
 */
function covers(sr: string, { hostName, deviceId, moduleId }: DeviceIdentity): boolean {
  const own = [hostName.toLowerCase(), 'devices', deviceId, ...(moduleId === undefined ? [] : ['modules', moduleId])]
  const segments = (decodePercent(sr) ?? '').split('/')
  const names = (segment: string | undefined, index: number): boolean =>
    (index === 0 ? segment?.toLowerCase() : segment) === own[index]
  return (
    segments.length <= own.length &&
    segments.every((segment, index) => names(segment, index) || names(decodePercent(segment), index))
  )
}
