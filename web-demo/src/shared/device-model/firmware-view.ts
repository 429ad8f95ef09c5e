import { type DeviceEvent, type Firmware, progressOf } from 'hubtwin-device-models'
import { make, setText } from '../dom.ts'

/** How far the firmware is, and what a person can do about it. */
export interface FirmwareView {
  readonly element: HTMLElement
  show(firmware: Firmware, now: number): void
}

export function createFirmwareView(happen: (event: DeviceEvent) => void): FirmwareView {
  const version = make('strong', 'model-version')
  const progress = make('progress', '')
  progress.max = 100
  progress.ariaLabel = 'Download of the firmware'
  const percent = make('span', 'model-percent')
  const bar = make('div', 'model-bar', progress, percent)
  const state = make('p', 'model-state')
  state.role = 'status'
  const retry = make('button', '', 'Try again')
  retry.type = 'button'
  const failsNext = make('input', '')
  failsNext.type = 'checkbox'

  retry.addEventListener('click', () => happen({ type: 'retry' }))
  failsNext.addEventListener('change', () => happen({ type: 'fail-next', isOn: failsNext.checked }))

  const element = make(
    'div',
    'model-part',
    make('h3', 'model-title', 'Firmware ', version),
    state,
    bar,
    make('div', 'model-actions', make('label', 'check', failsNext, ' the next update fails'), retry),
  )

  return {
    element,
    show(firmware, now) {
      const percents = progressOf(firmware, now)
      const { type } = firmware.state
      setText(version, firmware.version)
      setText(state, wordsFor(firmware))
      state.classList.toggle('fault', type === 'failed')
      bar.hidden = type !== 'downloading' && type !== 'applying'
      progress.value = percents ?? 100
      setText(percent, percents === undefined ? '' : `${percents} %`)
      retry.hidden = type !== 'failed' || firmware.state.request.type !== 'version'
      failsNext.checked = firmware.failsNext
    },
  }
}

function wordsFor({ state }: Firmware): string {
  switch (state.type) {
    case 'idle':
      return 'No other version is wanted.'
    case 'downloading':
      return `Downloading ${state.request.version}; a newer wish takes its place.`
    case 'applying':
      return state.next === undefined
        ? `Applying ${state.request.version}; what is wanted meanwhile waits.`
        : `Applying ${state.request.version}; what is wanted now comes after.`
    case 'done':
      return 'The wanted version runs.'
    case 'failed':
      return `Failed: ${state.error}.`
  }
}
