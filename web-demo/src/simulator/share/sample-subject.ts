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

export function sampleHubOf({ hub, place }: SampleDevice): SampleHub {
  return { origin: `${place.isSecure ? 'https' : 'http'}://${hub}`, isLocal: place.isLocal }
}

/** @returns `undefined` for a row that no program repeats, such as CONNECT */
export function subjectOf({ name, payload = '' }: WireEntry, device: SampleDevice): SampleSubject | undefined {
  const target = targetOf(device)
  if (name === 'get') return { type: 'twin', target }
  if (name !== 'report' && name !== 'desired') return undefined
  const patch = readObject(payload)
  return patch === undefined ? undefined : { type: name, target, patch }
}

/** A desired patch on the wire also has its version, which the hub sets. */
function readObject(payload: string): object | undefined {
  try {
    const { $version: _, ...patch } = JSON.parse(payload) as { readonly $version?: unknown }
    return patch
  } catch {
    return undefined
  }
}
