import {
  isBusy,
  type OpenOutbox,
  type OutboxEffect,
  type OutboxInput,
  type OutboxState,
  type OutboxStep,
} from './outbox-states.ts'
import { createEntry, entriesOf, queueOf } from './queue.ts'

/** The queue has changed: saves it now, or after the load or save that is under way. */
export function saveLater(state: OpenOutbox, effects: readonly OutboxEffect[] = []): OutboxStep {
  if (state.storage === 'saved') return save(state, effects)
  return [isBusy(state) ? { ...state, storage: 'dirty' } : state, effects]
}

export function nextStorage(state: OutboxState, { patches }: Extract<OutboxInput, { type: 'stored' }>): OutboxStep {
  if (!isBusy(state)) return [state, []]
  // Reports of an earlier process come before all others. No caller waits for them.
  const loaded = patches.map((patch, index) => createEntry(patch, index - patches.length, 0))
  const after = { ...state, queue: queueOf([...loaded, ...entriesOf(state.queue)]) }
  if (state.storage === 'dirty') return save(after, [])
  return [{ ...after, storage: 'saved' }, state.type === 'closed' ? [{ type: 'end' }] : []]
}

function save(state: OutboxState, effects: readonly OutboxEffect[]): OutboxStep {
  const patches = entriesOf(state.queue).map(({ patch }) => patch)
  return [{ ...state, storage: 'busy' }, [...effects, { type: 'save', patches }]]
}
