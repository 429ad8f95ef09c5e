import type { OpenOutbox, OutboxEffect, OutboxInput, OutboxState, OutboxStep } from './outbox-states.ts'
import { createEntry, entriesOf, queueOf } from './queue.ts'

/** The queue has changed: saves it now, or after the load or save that is under way. */
export function saveLater(state: OpenOutbox, effects: readonly OutboxEffect[] = []): OutboxStep {
  const { storage } = state
  if (storage.type === 'saved') return save(state, effects)
  return ['isDirty' in storage ? { ...state, storage: { ...storage, isDirty: true } } : state, effects]
}

export function nextStorage(state: OutboxState, input: Extract<OutboxInput, { type: 'loaded' | 'saved' }>): OutboxStep {
  const { storage } = state
  const isExpected = storage.type === (input.type === 'loaded' ? 'loading' : 'saving')
  if (!isExpected || !('isDirty' in storage)) return [state, []]
  const after = input.type === 'loaded' ? prepend(state, input) : state
  if (storage.isDirty) return save(after)
  return [{ ...after, storage: { type: 'saved' } }, state.type === 'closed' ? [{ type: 'end' }] : []]
}

function save(state: OutboxState, effects: readonly OutboxEffect[] = []): OutboxStep {
  const patches = entriesOf(state.queue).map(({ patch }) => patch)
  return [{ ...state, storage: { type: 'saving', isDirty: false } }, [...effects, { type: 'save', patches }]]
}

/** Puts the reports of an earlier process before all others. No caller waits for them. */
function prepend(state: OutboxState, { patches }: Extract<OutboxInput, { type: 'loaded' }>): OutboxState {
  const stored = patches.map((patch, index) => createEntry(patch, index - patches.length, 0))
  return { ...state, queue: queueOf([...stored, ...entriesOf(state.queue)]) }
}
