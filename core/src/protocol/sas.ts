import { clientId, type DeviceIdentity } from './identity.ts'

/**
 * encodeURIComponent, and the five characters that it leaves alone: the official SDKs encode them, the asterisk in lower
 * case (docs/protocol/protocol.md §2.2).
 */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16)}`)
}

/** The audience of a token, encoded as it is signed (docs/protocol/protocol.md §2.3). */
export function audience({ hostName, deviceId, moduleId }: DeviceIdentity): string {
  return encode(`${hostName}/devices/${deviceId}${moduleId === undefined ? '' : `/modules/${moduleId}`}`)
}

/** What the key signs: the audience as it is sent, a line feed, the expiry (IoT Hub: "Control access by SAS"). */
export function stringToSign(sr: string, expiryInSeconds: number): string {
  return `${sr}\n${expiryInSeconds}`
}

/** @param signature base64, not yet encoded */
export function formatToken(sr: string, signature: string, expiryInSeconds: number, keyName?: string): string {
  const skn = keyName === undefined ? '' : `&skn=${encode(keyName)}`
  return `SharedAccessSignature sr=${sr}&sig=${encode(signature)}${skn}&se=${expiryInSeconds}`
}

/**
 * Reads a ready-made token. The signature itself is the hub's to check.
 *
 * @returns when it expires, in milliseconds since 1970
 * @throws SyntaxError says what is missing, and repeats nothing of the token.
 */
export function readToken(token: string, identity: DeviceIdentity): { expiresAt: number } {
  const [, query] = /^SharedAccessSignature (\S+)$/.exec(token) ?? []
  if (query === undefined)
    throw new SyntaxError('SharedAccessSignature does not read "SharedAccessSignature sr=…&sig=…&se=…"')
  const fields = new Map(
    query.split('&').map((field): [string, string] => {
      const at = field.indexOf('=')
      return [field.slice(0, Math.max(at, 0)), field.slice(at + 1)]
    }),
  )
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
 * A token is for its audience and all below it, segment by segment: `/a/b` covers `/a/b/c` and not `/a/bc`. A segment may be encoded
 * twice, as the .NET SDK sends it (azure-iot-sdk-csharp#771).
 */
function covers(sr: string, { hostName, deviceId, moduleId }: DeviceIdentity): boolean {
  const own = [hostName.toLowerCase(), 'devices', deviceId, ...(moduleId === undefined ? [] : ['modules', moduleId])]
  const segments = decode(sr)?.split('/') ?? []
  const names = (segment: string | undefined, index: number): boolean =>
    (index === 0 ? segment?.toLowerCase() : segment) === own[index]
  return (
    segments.length > 0 &&
    segments.length <= own.length &&
    segments.every((segment, index) => names(segment, index) || names(decode(segment), index))
  )
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
