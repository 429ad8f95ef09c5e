import type { MethodSubject, SampleContent, SampleSubject } from './sample-subject.ts'
import { json } from './sample-text.ts'

/** @returns a program of the device, or `undefined` for an action that a device cannot perform */
export function deviceSample(subject: SampleSubject): string | undefined {
  switch (subject.type) {
    case 'report':
      return twinProgram(
        `const version = await twin.report(${json(subject.patch)})\nconsole.log(\`The hub confirmed reported version \${version}\`)`,
      )
    case 'desired':
      return twinProgram(
        `twin.onDesired(({ patch, version }) => console.log(\`desired version \${version}:\`, patch))\nawait twin.ready()\n// The device gets each new patch here. Sent by the back end:\n// ${JSON.stringify(subject.patch)}`,
      )
    case 'twin':
      return twinProgram('console.log(await twin.ready())')
    case 'telemetry':
      return deviceProgram('telemetry', `await device.telemetry.send(${argumentsOf(subject)})\nawait device.close()`)
    case 'method':
      return deviceProgram('methods', handler(subject))
    case 'message':
      return deviceProgram(
        'messages',
        `// The hub keeps each message until this function returns.
device.messages.listen(({ text, properties }) => console.log(text, properties))`,
      )
    case 'query':
      return undefined
  }
}

function twinProgram(action: string): string {
  return `import { openTwin } from 'hubtwin'

const twin = openTwin(process.env.IOTHUB_DEVICE_CONNECTION_STRING ?? '')
${action}
await twin.close()
`
}

function deviceProgram(feature: 'telemetry' | 'methods' | 'messages', action: string): string {
  return `import { openDevice } from 'hubtwin'
import { ${feature} } from 'hubtwin/${feature}'

const use = { ${feature}: ${feature}() }
const device = openDevice(process.env.IOTHUB_DEVICE_CONNECTION_STRING ?? '', { use })
${action}
`
}

/** `send` turns an object into JSON, and sets the content type. */
function argumentsOf({ body, properties = {} }: SampleContent): string {
  const given = Object.entries(properties).map(([name, value]) => [name, value ?? ''])
  const options = given.length === 0 ? '' : `, ${json({ properties: Object.fromEntries(given) })}`
  return `${valueOf(body)}${options}`
}

function valueOf(body: string): string {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'string' ? JSON.stringify(body) : json(value)
  } catch {
    return JSON.stringify(body)
  }
}

function handler({ name, response = { status: 200 } }: MethodSubject): string {
  const payload = response.payload === undefined ? '' : `, payload: ${json(response.payload)}`
  return `device.methods.handle(${JSON.stringify(name)}, ({ payload }) => {
  console.log(${JSON.stringify(name)}, payload)
  return { status: ${response.status}${payload.replaceAll('\n', '\n  ')} }
})
await device.twin.ready()
console.log('Waits for calls')`
}
