import type { JsonObject } from '../../protocol/json.ts'
import type { OpenOutbox, OutboxEffect, OutboxInput, OutboxState, OutboxStep } from './outbox-states.ts'
import { createEntry, entriesOf, queueOf } from './queue.ts'

/** The patches have changed: saves them now, or after the load or save that is under way. */
export function saveLater(state: OpenOutbox, effects: readonly OutboxEffect[] = []): OutboxStep {
  switch (state.storage.type) {
    case 'none':
      return [state, effects]
    case 'loading':
    case 'saving':
      return [{ ...state, storage: { ...state.storage, isDirty: true } }, effects]
    case 'saved':
      return save(state, effects)
  }
}

export function nextStorage(state: OutboxState, input: Extract<OutboxInput, { type: 'loaded' | 'saved' }>): OutboxStep {
  const { storage } = state
  const expected = input.type === 'loaded' ? 'loading' : 'saving'
  if (storage.type !== expected) return [state, []]
  const after = input.type === 'loaded' ? prepend(state, input.patches) : state
  if (storage.isDirty) return save(after)
  return [{ ...after, storage: { type: 'saved' } }, state.type === 'closed' ? [{ type: 'end' }] : []]
}

function save(state: OutboxState, effects: readonly OutboxEffect[] = []): OutboxStep {
  return [
    { ...state, storage: { type: 'saving', isDirty: false } },
    [...effects, { type: 'save', patches: patchesOf(state) }],
  ]
}

/** Puts the patches of an earlier process before all others. No caller waits for them. */
function prepend(state: OutboxState, patches: readonly JsonObject[]): OutboxState {
  if (state.type === 'closed') return { ...state, patches: [...patches, ...state.patches] }
  const stored = patches.map((patch) => createEntry(patch, 0, 0))
  return { ...state, queue: queueOf([...stored, ...entriesOf(state.queue)]) }
}

function patchesOf(state: OutboxState): readonly JsonObject[] {
  if (state.type === 'closed') return state.patches
  const sent = state.request.type === 'inFlight' ? state.request.batch.entries : []
  return [...sent, ...entriesOf(state.queue)].map(({ patch }) => patch)
}
