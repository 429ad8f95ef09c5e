import type { LocalEvent } from '../hub/local-events.ts'

type Fields = LocalEvent['fields']

/**
 * Formats an event of the local hub as a line: time, device, direction, and content. `↑` is from
 * the device, `↓` to the device, `·` at the hub.
 */
export function eventLine({ type, fields }: LocalEvent): string {
  if (type === 'missed') return missedLine(fields['count'])
  const [direction, text] = contentOf(type, fields)
  const time = typeof fields['at'] === 'number' ? new Date(fields['at']).toISOString().slice(11, 23) : ''
  const module = fields['moduleId'] === undefined ? '' : `/${textOf(fields['moduleId'])}`
  return [time, `${textOf(fields['deviceId'])}${module}`, direction, text].join('  ')
}

function missedLine(count: unknown): string {
  return count === null
    ? '·  The hub restarted or loaded a snapshot: earlier events are missing'
    : `·  ${textOf(count)} events are missing: this program was too slow, or away for too long`
}

function contentOf(type: string, fields: Fields): readonly [direction: string, text: string] {
  switch (type) {
    case 'telemetry':
      return ['↑', words('telemetry', bodyOf(fields), propertiesOf(fields))]
    case 'method-sent':
      return ['↓', words('method', fields['methodName'], bodyOf(fields))]
    case 'method-answered':
      return ['↑', words('method', fields['methodName'], '→', fields['status'], bodyOf(fields))]
    case 'method-failed':
      return [
        '·',
        words('method', fields['methodName'], 'failed:', FAILURES[textOf(fields['reason'])] ?? fields['reason']),
      ]
    case 'cloud-message':
      return ['↓', words('message', fields['sequenceNumber'], fields['state'], bodyOf(fields), propertiesOf(fields))]
    case 'input-message':
      return ['↓', words('input', fields['inputName'], fields['state'], bodyOf(fields), propertiesOf(fields))]
    case 'twin-changed':
      return twinChange(fields)
    default:
      return ['·', type.replaceAll('-', ' ')]
  }
}

const FAILURES: Readonly<Record<string, string>> = {
  offline: 'the device is not connected',
  silent: 'the device did not respond in time',
  closed: 'the hub closed',
}

function twinChange(fields: Fields): readonly [string, string] {
  const isReport = fields['by'] === 'device'
  const version = isReport ? fields['reportedVersion'] : fields['desiredVersion']
  return [isReport ? '↑' : '↓', words('twin', `v${textOf(version)}`, JSON.stringify(fields['change']))]
}

/** The event is JSON from a hub, so a field may have any type. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function words(...parts: readonly unknown[]): string {
  return parts
    .filter((part) => part !== undefined && part !== '')
    .map(textOf)
    .join(' ')
}

function bodyOf({ body, bodyBase64 }: Fields): string {
  if (typeof bodyBase64 === 'string') return `(base64) ${bodyBase64}`
  return typeof body === 'string' ? body : ''
}

/**
 * The app's properties and the system properties, except those that the hub adds to every message.
 */
function propertiesOf({ properties, systemProperties }: Fields): string {
  const system = Object.entries(systemProperties ?? {}).filter(
    ([name]) => !/^iothub-(?:connection-|enqueuedtime$|message-source$)/.test(name) && name !== 'to',
  )
  const all = [...Object.entries(properties ?? {}), ...system]
  return all.map(([name, value]) => (value === null ? name : `${name}=${textOf(value)}`)).join(' ')
}
