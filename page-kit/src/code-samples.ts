/** The action of a sample. `patch` and `sql` appear in it unchanged. */
export type SampleSubject =
  | { readonly type: 'report'; readonly target: SampleTarget; readonly patch: object }
  | { readonly type: 'desired'; readonly target: SampleTarget; readonly patch: object }
  | { readonly type: 'twin'; readonly target: SampleTarget }
  | { readonly type: 'query'; readonly sql: string }

export interface SampleTarget {
  readonly deviceId: string
  readonly moduleId?: string | undefined
}

export interface SampleHub {
  /** The address of the REST API, such as `https://contoso.azure-devices.net`. */
  readonly origin: string
  /** A local hub has an API that needs no token from this machine. */
  readonly isLocal: boolean
}

/** In the order of the buttons. */
export const SAMPLE_LANGUAGES = ['hubtwin', 'azure-iothub', 'curl'] as const

export type SampleLanguage = (typeof SAMPLE_LANGUAGES)[number]

/**
 * Writes a program or a command that does the same. It reads keys and tokens from the environment
 * and never contains one: `IOTHUB_DEVICE_CONNECTION_STRING` for a device,
 * `IOTHUB_CONNECTION_STRING` for a back end, and `SAS`, a token of a policy, for curl.
 *
 * @returns `undefined` for what a device cannot do
 */
export function sampleFor(subject: SampleSubject, language: SampleLanguage, hub: SampleHub): string | undefined {
  switch (language) {
    case 'hubtwin':
      return deviceSample(subject)
    case 'azure-iothub':
      return serviceSample(subject)
    case 'curl':
      return curlSample(subject, hub)
  }
}

function deviceSample(subject: SampleSubject): string | undefined {
  const action = deviceAction(subject)
  if (action === undefined) return undefined
  return `import { openTwin } from 'hubtwin'

const twin = openTwin(process.env.IOTHUB_DEVICE_CONNECTION_STRING ?? '')
${action}
await twin.close()
`
}

function deviceAction(subject: SampleSubject): string | undefined {
  switch (subject.type) {
    case 'report':
      return `const version = await twin.report(${json(subject.patch)})\nconsole.log(\`The hub confirmed reported version \${version}\`)`
    case 'desired':
      return `twin.onDesired(({ patch, version }) => console.log(\`desired version \${version}:\`, patch))\nawait twin.ready()\n// The device gets each new patch here. Sent by the back end:\n// ${JSON.stringify(subject.patch)}`
    case 'twin':
      return 'console.log(await twin.ready())'
    case 'query':
      return undefined
  }
}

function serviceSample(subject: SampleSubject): string {
  return `import azure from 'azure-iothub'

const registry = azure.Registry.fromConnectionString(process.env.IOTHUB_CONNECTION_STRING ?? '')
${serviceAction(subject)}
`
}

function serviceAction(subject: SampleSubject): string {
  if (subject.type === 'query') {
    return `const query = registry.createQuery(${JSON.stringify(subject.sql)})
while (query.hasMoreResults) {
  const { result } = await query.nextAsTwin()
  for (const twin of result) console.log(JSON.stringify(twin))
}`
  }
  const { deviceId, moduleId } = subject.target
  const ids = [deviceId, ...(moduleId === undefined ? [] : [moduleId])].map((id) => JSON.stringify(id)).join(', ')
  const kind = moduleId === undefined ? 'Twin' : 'ModuleTwin'
  if (subject.type === 'desired') {
    return `const patch = { properties: { desired: ${json(subject.patch)} } }
const { responseBody: twin } = await registry.update${kind}(${ids}, patch, '*')
console.log(twin.properties.desired)`
  }
  const shown = subject.type === 'report' ? 'twin.properties.reported' : 'twin.properties'
  return `const { responseBody: twin } = await registry.get${kind}(${ids})
console.log(${shown})`
}

const API_VERSION = 'api-version=2021-04-12'

function curlSample(subject: SampleSubject, { origin, isLocal }: SampleHub): string {
  const token = '# SAS is a token of a policy: az iot hub generate-sas-token --hub-name HUB --query sas -o tsv\n'
  const authorization = ['-H', '"Authorization: $SAS"']
  if (subject.type === 'query') {
    const body = ['-H', "'content-type: application/json'", '--data', shell(JSON.stringify({ query: subject.sql }))]
    return token + command(['-X', 'POST', ...authorization, ...body, shell(`${origin}/devices/query?${API_VERSION}`)])
  }
  const { deviceId, moduleId } = subject.target
  const device = encodeURIComponent(deviceId)
  const path = moduleId === undefined ? device : `${device}/modules/${encodeURIComponent(moduleId)}`
  const url = isLocal
    ? `${origin}/hub/devices/${path}${subject.type === 'desired' ? '/twin' : ''}`
    : `${origin}/twins/${path}?${API_VERSION}`
  const head = isLocal ? [] : authorization
  const request =
    subject.type === 'desired'
      ? [
          ...['-X', 'PATCH', '-H', "'content-type: application/json'", '-H', "'if-match: *'"],
          ...['--data', shell(JSON.stringify({ properties: { desired: subject.patch } }))],
        ]
      : []
  return (isLocal ? '' : token) + command([...head, ...request, shell(url)])
}

function command(parts: readonly string[]): string {
  return `curl -fsS ${parts.join(' ')}\n`
}

/** Quotes for POSIX shells. */
function shell(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

function json(value: object): string {
  return JSON.stringify(value, null, 2)
}
