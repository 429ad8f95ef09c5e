import type { JsonObject } from 'hubtwin-emulator'
import { mergePatch } from './merge-patch.ts'
import type { Asked, Play } from './play.ts'
import { counterAt, sectionsAt, withoutMeta } from './sections.ts'
import type { DesiredShape } from './step.ts'

export async function patchDesired(play: Play, shape: DesiredShape): Promise<void> {
  const n = play.history.size
  const patches: Readonly<Record<DesiredShape, JsonObject>> = {
    set: { a: n, c: [n, n] },
    nest: { b: { x: n, [`y${n % 3}`]: n } },
    delete: n % 2 === 0 ? { b: null } : { a: null, b: { x: null } },
    replace: { a: { inner: n }, b: n },
  }
  // A key for each patch shows a missing patch, whatever follows it.
  const patch = { ...patches[shape], [`k${n}`]: n }
  // The patch can arrive before the call returns, so the history is written first.
  const { desired: before } = sectionsAt(play)
  play.history.set(before.$version + 1, { patch, desired: mergePatch(withoutMeta(before), patch) })
  await play.house.hub.updateTwin(play.deviceId, { properties: { desired: patch } })
}

export function report(play: Play, shape: 'set' | 'replace' | 'abort'): void {
  // Two patches that must not be folded: the box may hold only the values of the second.
  if (shape === 'replace') sendReport(play, 'empty', { box: null })
  const n = play.reports.length + 1
  sendReport(play, shape, shape === 'replace' ? { box: { [`b${n}`]: n } } : {})
}

/**
 * Each change sets its own key, and a counter that all changes share. The key shows that the change
 * exists, the counter its order.
 */
function sendReport(play: Play, shape: Asked['shape'], patch: JsonObject): void {
  const n = play.reports.length + 1
  const abort = new AbortController()
  if (shape === 'abort') setTimeout(() => abort.abort(new Error('no longer wanted')), 5)
  const asked = play.client.report({ ...patch, [`r${n}`]: n, counter: n }, abort.signal)
  record(play, play.reports, shape, asked)
}

export function record(play: Play, list: Asked[], shape: Asked['shape'], promise: Promise<unknown>): Asked {
  const asked: Asked = { shape, version: sectionsAt(play).desired.$version, outcome: { type: 'pending' } }
  list.push(asked)
  promise.then(
    (value) => (asked.outcome = { type: 'resolved', value, counterAtHub: counterAt(play) }),
    (error: unknown) => (asked.outcome = { type: 'rejected', error }),
  )
  return asked
}
