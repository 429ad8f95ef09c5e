import type { SampleTarget } from './sample-subject.ts'

export const API_VERSION = 'api-version=2021-04-12'

/** A value as JavaScript. */
export function json(value: unknown): string {
  return JSON.stringify(value, null, 2) ?? 'undefined'
}

/** The IDs of a device, or of a module, as arguments. */
export function idsOf({ deviceId, moduleId }: SampleTarget): string {
  return [deviceId, ...(moduleId === undefined ? [] : [moduleId])].map((id) => JSON.stringify(id)).join(', ')
}

/** The path of a device, or of a module. */
export function pathOf({ deviceId, moduleId }: SampleTarget): string {
  const device = encodeURIComponent(deviceId)
  return moduleId === undefined ? device : `${device}/modules/${encodeURIComponent(moduleId)}`
}
