import type { SampleSubject } from './sample-subject.ts'
import { API_VERSION, idsOf, json, pathOf } from './sample-text.ts'

const CONNECTION_STRING = "process.env.IOTHUB_CONNECTION_STRING ?? ''"

/** @returns a program of the back end, or `undefined` for an action that only a device has */
export function serviceSample(subject: SampleSubject): string | undefined {
  switch (subject.type) {
    case 'telemetry':
      return undefined
    case 'query':
      return registryProgram(`const query = registry.createQuery(${JSON.stringify(subject.sql)})
while (query.hasMoreResults) {
  const { result } = await query.next()
  for (const row of result) console.log(JSON.stringify(row))
}`)
    case 'desired':
      return registryProgram(`const patch = { properties: { desired: ${json(subject.patch)} } }
const { responseBody: twin } = await registry.update${kindOf(subject)}(${idsOf(subject.target)}, patch, '*')
console.log(twin.properties.desired)`)
    case 'report':
    case 'twin':
      return registryProgram(`const { responseBody: twin } = await registry.get${kindOf(subject)}(${idsOf(subject.target)})
console.log(${subject.type === 'report' ? 'twin.properties.reported' : 'twin.properties'})`)
    case 'method':
      return methodProgram(subject)
    case 'message':
      return messageProgram(subject)
  }
}

type OfType<Type> = Extract<SampleSubject, { readonly type: Type }>

function kindOf({ target }: OfType<'desired' | 'report' | 'twin'>): string {
  return target.moduleId === undefined ? 'Twin' : 'ModuleTwin'
}

function registryProgram(action: string): string {
  return `import azure from 'azure-iothub'

const registry = azure.Registry.fromConnectionString(${CONNECTION_STRING})
${action}
`
}

function methodProgram({ target, name, payload, responseTimeoutInSeconds = 30 }: OfType<'method'>): string {
  return `import azure from 'azure-iothub'

const client = azure.Client.fromConnectionString(${CONNECTION_STRING})
const call = ${json({ methodName: name, payload: payload ?? null, responseTimeoutInSeconds })}
const { result } = await client.invokeDeviceMethod(${idsOf(target)}, call)
console.log(result.status, result.payload)
`
}

function messageProgram({ target, body, properties = {} }: OfType<'message'>): string {
  const headers = Object.entries(properties).map(([name, value]) => [`iothub-app-${name}`, value ?? ''])
  return `import azure from 'azure-iothub'

// azure-iothub sends messages over AMQP. This request also works where only HTTPS is open.
const { HostName, SharedAccessKeyName, SharedAccessKey } = azure.ConnectionString.parse(${CONNECTION_STRING})
const expiry = Math.ceil(Date.now() / 1000) + 3600
const token = azure.SharedAccessSignature.create(HostName, SharedAccessKeyName, SharedAccessKey, expiry)
const url = \`https://\${HostName}/devices/${pathOf(target)}/messages/deviceBound?${API_VERSION}\`
const response = await fetch(url, {
  method: 'POST',
  headers: { ...${json(Object.fromEntries(headers))}, authorization: token.toString() },
  body: ${JSON.stringify(body)},
})
console.log(response.status)
`
}
