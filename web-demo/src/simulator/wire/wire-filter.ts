import type { WireEntry } from './wire-entry.ts'

export interface WireFilter {
  readonly show: 'all' | WireEntry['group'] | 'errors'
  /** Searched in name, topic, payload, and response, ignoring case. */
  readonly words: string
}

export function isShown(entry: WireEntry, { show, words }: WireFilter): boolean {
  if (show === 'errors' && !entry.isTrouble) return false
  if (show !== 'all' && show !== 'errors' && entry.group !== show) return false
  if (words === '') return true
  const { name, topic, payload, detail, answer, steps } = entry
  if (steps?.some((step) => isShown(step, { show: 'all', words })) === true) return true
  return [name, topic, payload, detail, answer?.text, answer?.topic, answer?.payload].some((text) =>
    text?.toLowerCase().includes(words.toLowerCase()),
  )
}
