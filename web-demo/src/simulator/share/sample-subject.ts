import type { SampleHub, SampleSubject, SampleTarget } from 'hubtwin-page-kit/sample-subject'
import type { Place } from '../page/advice.ts'
import type { WireEntry } from '../wire/wire-entry.ts'

/** The device that a sample is about. */
export interface SampleDevice {
  /** With the module ID after a slash, if it is a module. */
  readonly deviceId: string
  readonly hub: string
  readonly place: Place
}

export function targetOf({ deviceId: id }: SampleDevice): SampleTarget {
  const [deviceId = '', moduleId] = id.split('/')
  return { deviceId, moduleId }
}

/** @returns no address before a device connects */
export function hubOf(device: SampleDevice | undefined): SampleHub {
  return device === undefined ? { origin: '', isLocal: false } : sampleHubOf(device)
}

function sampleHubOf({ hub, place }: SampleDevice): SampleHub {
  return { origin: `${place.isSecure ? 'https' : 'http'}://${hub}`, isLocal: place.isLocal }
}

/** @returns `undefined` for a row that no program repeats, such as CONNECT */
export function subjectOf(entry: WireEntry, device: SampleDevice): SampleSubject | undefined {
  const { name, topic = '', payload = '' } = entry
  const target = targetOf(device)
  switch (name) {
    case 'get':
      return { type: 'twin', target }
    case 'report':
    case 'desired': {
      const patch = readPatch(payload)
      return patch === undefined ? undefined : { type: name, target, patch }
    }
    case 'telemetry':
      return { type: 'telemetry', target, body: payload, properties: readBag(topic) }
    case 'message':
      // No back end can send a message to an input: a module of IoT Edge does.
      if (!topic.includes('/messages/devicebound/')) return undefined
      return { type: 'message', target, body: payload, properties: readBag(topic) }
    case 'method':
      return methodSubject(entry, target)
    default:
      return undefined
  }
}

/** `$iothub/methods/POST/{name}/?$rid={rid}` (docs/protocol/device.md §2.1) */
function methodSubject({ topic = '', payload, answer }: WireEntry, target: SampleTarget): SampleSubject | undefined {
  const [, name] = /^\$iothub\/methods\/POST\/(.+)\/\?/.exec(topic) ?? []
  if (name === undefined) return undefined
  const status = Number(answer?.text)
  const response = status >= 0 ? { status, payload: readJson(answer?.payload) } : undefined
  return { type: 'method', target, name, payload: readJson(payload), response }
}

/** The sender's own properties at the end of a topic (docs/protocol/device.md §1.1, §3.1). */
function readBag(topic: string): Record<string, string> {
  const bag = new URLSearchParams(topic.slice(topic.lastIndexOf('/') + 1).replaceAll('+', '%2B'))
  return Object.fromEntries([...bag].filter(([name]) => !/^(?:\$\.|iothub-|$)/.test(name)))
}

/** A desired patch on the wire also has its version, which the hub sets. */
function readPatch(payload: string): object | undefined {
  const value = readJson(payload)
  if (typeof value !== 'object' || value === null) return undefined
  const { $version: _, ...patch } = value as { readonly $version?: unknown }
  return patch
}

function readJson(text = ''): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
