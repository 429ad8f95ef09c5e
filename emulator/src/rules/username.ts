/** What a device says about itself in the user name of its CONNECT (protocol sheet 1.4). */
export interface UserName {
  readonly hostName: string
  readonly deviceId: string
  readonly moduleId?: string
  readonly apiVersion?: string
  readonly modelId?: string
}

/**
 * Takes a user name apart: `{host}/{device}[/{module}]/?api-version=…`. Ids may contain `?`, `=` and `%` and arrive as they are, so `?`
 * separates only as the first sign of the last segment, and a last segment without it counts as properties only if it names one that
 * is known.
 *
 * @returns undefined where the text has not the form
 */
export function parseUserName(text: string): UserName | undefined {
  const segments = text.split('/')
  const last = segments.at(-1) ?? ''
  const hasProperties = segments.length > 2 && isProperties(last)
  const [hostName, deviceId, moduleId, ...rest] = hasProperties ? segments.slice(0, -1) : segments
  if (!hostName || !deviceId || moduleId === '' || rest.length > 0) return undefined
  const properties = hasProperties ? parseProperties(last) : new Map<string, string>()
  const apiVersion = properties.get('api-version')
  const modelId = properties.get('model-id')
  return {
    hostName,
    deviceId,
    ...(moduleId === undefined ? {} : { moduleId }),
    ...(apiVersion ? { apiVersion } : {}),
    ...(modelId ? { modelId } : {}),
  }
}

function isProperties(segment: string): boolean {
  return (
    segment === '' || segment.startsWith('?') || /^(?:api-version|model-id|DeviceClientType|auth-chain)=/.test(segment)
  )
}

/** Unknown properties are left alone. The model id arrives raw, the client type escaped; only the first matters here. */
function parseProperties(segment: string): Map<string, string> {
  const pairs = segment.replace(/^\?/, '').split('&')
  return new Map(
    pairs.map((pair) => {
      const at = pair.indexOf('=')
      return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)]
    }),
  )
}
