import { isDeepStrictEqual } from 'node:util'
import type { JsonObject } from 'hubtwin-emulator'
import type { DesiredChange } from '../../../core/src/twin/changes.ts'
import type { Device, Listener } from '../device.ts'
import { isObject, mergePatch } from '../merge-patch.ts'
import type { Play } from '../play.ts'

/** Each listener gets each version once, in the hub's order, and ends with the current value. */
export function faultsOfDeliveries({ seen, twin, listeners }: Device, history: Play['history']): string[] {
  const faults: string[] = []
  const newest = new Map<Listener, number>()
  for (const event of seen) {
    if (event.type !== 'delivered') continue
    const { listener, before, change } = event
    const name = `listener at "${listener.path}"`
    const last = newest.get(listener) ?? 0
    if (change.version <= last) faults.push(`${name} got version ${change.version} after ${last}`)
    newest.set(listener, change.version)
    if (!isDeepStrictEqual(change.previous, before)) {
      faults.push(`${name} got ${show(change.previous)} as previous, and had ${show(before)}`)
    }
    if (!isDeepStrictEqual(change.desired, history.get(change.version)?.desired)) {
      const there = show(history.get(change.version)?.desired)
      faults.push(`${name} got ${show(change.desired)} for version ${change.version}, which is ${there}`)
    }
    if (!isDeepStrictEqual(change.value, at(change.desired, listener.path))) {
      faults.push(`${name} got ${show(change.value)} out of ${show(change.desired)}`)
    }
    if (!leads(change)) faults.push(`${name} got a patch that does not lead from previous to value: ${show(change)}`)
  }
  for (const { path, value } of listeners) {
    const there = at(twin.desired, path)
    if (!isDeepStrictEqual(value, there)) {
      faults.push(`listener at "${path}" got ${show(value)} last, and there is ${show(there)}`)
    }
  }
  return faults
}

/** Reports whether the patch of a change leads to its value. */
function leads({ previous, patch, value }: DesiredChange): boolean {
  if (value === undefined) return patch === null
  if (!isObject(patch)) return isDeepStrictEqual(patch, value)
  return isDeepStrictEqual(mergePatch(isObject(previous) ? previous : {}, patch), value)
}

function at(desired: JsonObject, path: string): unknown {
  const keys = path === '' ? [] : path.split('.')
  return keys.reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), desired)
}

function show(value: unknown): string {
  return JSON.stringify(value)
}
