import { make } from '../dom.ts'

const PACES: readonly [seconds: number, words: string][] = [
  [1, 'every second'],
  [2, 'every 2 seconds'],
  [5, 'every 5 seconds'],
  [10, 'every 10 seconds'],
  [30, 'every 30 seconds'],
  [60, 'every minute'],
]

export const DEFAULT_PACE_IN_MS = 5000

/** The available intervals; the value of each option is in milliseconds. */
export function paceOptions(): HTMLOptionElement[] {
  return PACES.map(([seconds, words]) => {
    const option = make('option', '', words)
    option.value = String(seconds * 1000)
    return option
  })
}

/** Sets how often the device reports its temperature and the progress of a download. */
export function createPaceControl(choose: (everyInMs: number) => void): HTMLElement {
  const select = make('select', '', ...paceOptions())
  select.value = String(DEFAULT_PACE_IN_MS)
  select.addEventListener('change', () => choose(Number(select.value)))
  return make('label', 'model-pace', 'Reports changes ', select)
}
