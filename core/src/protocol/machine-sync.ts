import type { TwinDocument } from './document.ts'
import type {
  DesiredPatch,
  Effect,
  ReadyState,
  SessionEvent,
  SessionSettings,
  Step,
  Sync,
  SyncingState,
} from './machine-states.ts'

/** A hub sends few notifications within a GET; past this the GET's answer is repeated rather than memory spent. */
const MAX_HELD = 256

export const NEW_SYNC: Sync = { asked: false, again: false, held: [], rounds: 0 }

/** A re-read on the living connection. */
export function resync(state: ReadyState, sync: Sync, settings: SessionSettings): [ReadyState, readonly Effect[]] {
  return [{ ...state, sync: { ...sync, asked: true, again: false } }, askDocument(settings)]
}

export function askDocument({ requestTimeoutInMs }: SessionSettings): readonly Effect[] {
  return [{ type: 'startTimer', timer: 'deadline', delayInMs: requestTimeoutInMs }, { type: 'get' }]
}

/** What makes a document necessary or has to wait for one. */
export function receiveNotification(
  state: SyncingState | ReadyState,
  event: Extract<SessionEvent, { type: 'patch' | 'notificationLost' | 'refresh' }>,
  settings: SessionSettings,
): Step {
  const { sync } = state
  if (sync !== undefined) return [{ ...state, sync: holdDuring(sync, event) }, []]
  if (state.type === 'syncing') return [state, []]
  if (event.type !== 'patch') return resync(state, NEW_SYNC, settings)
  const { patch } = event
  if (patch.version <= state.have) return [state, []]
  if (patch.version === state.have + 1) {
    return [{ ...state, have: patch.version }, [{ type: 'deliverPatch', patch }]]
  }
  // Notifications are QoS 0 and the hub queues none (docs/protocol/protocol.md §4.6): one was lost.
  return resync(state, { ...NEW_SYNC, held: [patch] }, settings)
}

export function holdDuring(
  sync: Sync,
  event: Extract<SessionEvent, { type: 'patch' | 'notificationLost' | 'refresh' }>,
): Sync {
  if (event.type !== 'patch') return { ...sync, again: sync.again || sync.asked }
  if (sync.held.length >= MAX_HELD) return { ...sync, again: true, held: [] }
  return { ...sync, held: [...sync.held, event.patch] }
}

/**
 * A document that was asked for is the truth, an older one too: a device that was made anew counts from 1 again. What
 * was held is delivered on top where it is newer and has no gap; after a gap the document is asked for again.
 */
export function receiveDocument(
  { sync = NEW_SYNC, ...state }: ReadyState,
  document: TwinDocument,
  settings: SessionSettings,
): [ReadyState, readonly Effect[]] {
  const { delivered, held } = replay(sync.held, document.versions.desired)
  const have = delivered.at(-1)?.version ?? document.versions.desired
  const deliveries: readonly Effect[] = [
    // Before SUBACK it is the deadline of that.
    ...(state.subscribed ? [{ type: 'stopTimer', timer: 'deadline' } as const] : []),
    { type: 'deliverDocument', document },
    ...delivered.map((patch) => ({ type: 'deliverPatch', patch }) as const),
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
