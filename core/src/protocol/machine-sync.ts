import type { DesiredPatch, TwinDocument } from './document.ts'
import { startTimer } from './machine-effects.ts'
import type { Effect, ReadyState, SessionEvent, SessionSettings, Step, Sync } from './machine-states.ts'

/**
 * A hub sends few desired patches during a GET. Beyond this limit, another GET costs less than the
 * memory.
 */
const MAX_HELD = 256

export const NEW_SYNC: Sync = { asked: false, again: false, held: [], rounds: 0 }

/** An input that needs a document, or that waits for one. */
export type SyncEvent = Extract<SessionEvent, { type: 'desiredPatch' | 'desiredPatchLost' | 'refresh' }>

/** Reads the twin on the existing connection. */
export function resync(state: ReadyState, sync: Sync, settings: SessionSettings): [ReadyState, readonly Effect[]] {
  return [{ ...state, sync: { ...sync, asked: true, again: false } }, requestDocument(settings)]
}

export function requestDocument({ requestTimeoutInMs }: SessionSettings): readonly Effect[] {
  return [startTimer('deadline', requestTimeoutInMs), { type: 'get' }]
}

export function handleDesiredPatch(state: ReadyState, event: SyncEvent, settings: SessionSettings): Step {
  if (state.sync !== undefined) return [{ ...state, sync: holdDuring(state.sync, event) }, []]
  if (event.type !== 'desiredPatch') return resync(state, NEW_SYNC, settings)
  const { patch } = event
  if (patch.version <= state.have) return [state, []]
  if (patch.version === state.have + 1) {
    return [{ ...state, have: patch.version }, [{ type: 'desiredPatch', patch }]]
  }
  // A gap: the hub sends patches with QoS 0 and queues none (docs/protocol/protocol.md §4.6).
  return resync(state, { ...NEW_SYNC, held: [patch] }, settings)
}

/** Holds a desired patch until the document arrives, or asks for a second document. */
export function holdDuring(sync: Sync, event: SyncEvent): Sync {
  if (event.type !== 'desiredPatch') return { ...sync, again: sync.again || sync.asked }
  if (sync.held.length >= MAX_HELD) return { ...sync, again: true, held: [] }
  return { ...sync, held: [...sync.held, event.patch] }
}

/**
 * A requested document is authoritative, even with an older version: a device that was deleted and
 * created again starts at version 1. Held patches follow it where they are newer and leave no gap.
 * After a gap, the session requests the document again.
 */
export function handleDocument(
  { sync = NEW_SYNC, ...state }: ReadyState,
  document: TwinDocument,
  settings: SessionSettings,
): [ReadyState, readonly Effect[]] {
  const { delivered, held } = replay(sync.held, document.versions.desired)
  const have = delivered.at(-1)?.version ?? document.versions.desired
  const deliveries: readonly Effect[] = [
    // Before SUBACK, the deadline belongs to SUBSCRIBE.
    ...(state.subscribed ? [{ type: 'stopTimer', timer: 'deadline' } as const] : []),
    { type: 'document', document },
    ...delivered.map((patch) => ({ type: 'desiredPatch', patch }) as const),
  ]
  if (held.length === 0 && !sync.again) return [{ ...state, have }, deliveries]
  const rounds = held.length === 0 ? 0 : sync.rounds + 1
  const [asking, effects] = resync({ ...state, have }, { ...sync, held, rounds }, settings)
  return [asking, [...deliveries, ...effects]]
}

function replay(held: readonly DesiredPatch[], have: number): { delivered: DesiredPatch[]; held: DesiredPatch[] } {
  const delivered: DesiredPatch[] = []
  const rest: DesiredPatch[] = []
  let newest = have
  for (const patch of held) {
    if (patch.version === newest + 1) {
      delivered.push(patch)
      newest = patch.version
    } else if (patch.version > newest) rest.push(patch)
  }
  return { delivered, held: rest }
}
