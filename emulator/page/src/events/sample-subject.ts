import type { SampleSubject } from 'hubtwin-page-kit/sample-subject'
import type { StreamEvent } from '../hub/stream-event.ts'

type EventOf<Type> = Extract<StreamEvent, { readonly type: Type }>
type MethodEvent = EventOf<'method-sent' | 'method-answered' | 'method-failed'>

/** Properties that the hub adds to telemetry. */
const OF_THE_HUB = /^(?:mqtt-retain|iothub-.*)$/

/**
 * The subject of a sample that repeats an event.
 *
 * @param others the known events, which have the request and the response of a method call
 * @returns `undefined` for an event that no sample repeats
 */
export function subjectOf(event: StreamEvent, others: readonly StreamEvent[]): SampleSubject | undefined {
  switch (event.type) {
    case 'twin-changed':
      return twinSubject(event)
    case 'telemetry':
      return contentSubject('telemetry', event)
    case 'cloud-message':
      return contentSubject('message', event)
    case 'method-sent':
    case 'method-answered':
    case 'method-failed':
      return methodSubject(event, others)
    default:
      return undefined
  }
}

function contentSubject(
  type: 'telemetry' | 'message',
  { deviceId, moduleId, body, properties }: EventOf<'telemetry' | 'cloud-message'>,
): SampleSubject | undefined {
  // Bytes that are no text have no sample.
  if (body === undefined) return undefined
  const own = Object.entries(properties).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string' && !OF_THE_HUB.test(entry[0]),
  )
  return { type, target: { deviceId, moduleId }, body, properties: Object.fromEntries(own) }
}

function twinSubject(event: EventOf<'twin-changed'>): SampleSubject | undefined {
  const type = event.by === 'device' ? 'reported' : 'desired'
  const patch = event.change[type]
  if (typeof patch !== 'object' || patch === null) return undefined
  const { deviceId, moduleId } = event
  return { type: type === 'reported' ? 'report' : 'desired', target: { deviceId, moduleId }, patch }
}

function methodSubject(event: MethodEvent, others: readonly StreamEvent[]): SampleSubject | undefined {
  const { deviceId, moduleId, methodName: name } = event
  const isSameCall = (other: StreamEvent): boolean =>
    'rid' in other && other.rid === event.rid && other.deviceId === deviceId && other.moduleId === moduleId
  const call = [event, ...others].filter(isSameCall)
  const sent = call.find((each) => each.type === 'method-sent')
  // The page has seen only the newest events.
  if (sent === undefined) return undefined
  const answered = call.find((each) => each.type === 'method-answered')
  const { responseTimeoutInSeconds } = sent
  const target = { deviceId, moduleId }
  const response = answered && { status: answered.status, payload: payloadOf(answered) }
  return { type: 'method', target, name, payload: payloadOf(sent), responseTimeoutInSeconds, response }
}

/** The payload of a call or of a response: JSON, or nothing. */
function payloadOf({ body = '' }: { readonly body?: string }): unknown {
  try {
    return JSON.parse(body) as unknown
  } catch {
    return undefined
  }
}
