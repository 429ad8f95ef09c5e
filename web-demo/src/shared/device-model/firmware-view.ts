import { type DeviceEvent, type Firmware, progressOf } from 'hubtwin-device-models'
import { make, setText } from '../dom.ts'

/** The progress of the firmware update, and its controls. */
export interface FirmwareView {
  readonly element: HTMLElement
  render(firmware: Firmware, now: number): void
}

export function createFirmwareView(dispatch: (event: DeviceEvent) => void): FirmwareView {
  const version = make('strong', 'model-version')
  const progress = make('progress', '')
  progress.max = 100
  progress.ariaLabel = 'Firmware download'
  const percent = make('span', 'model-percent')
  const bar = make('div', 'model-bar', progress, percent)
  const state = make('p', 'model-state')
  state.role = 'status'
  const retry = make('button', '', 'Retry')
  retry.type = 'button'
  const failsNext = make('input', '')
  failsNext.type = 'checkbox'

  retry.addEventListener('click', () => dispatch({ type: 'retry' }))
  failsNext.addEventListener('change', () => dispatch({ type: 'fail-next', isOn: failsNext.checked }))

  const element = make(
    'div',
    'model-part',
    make('h3', 'model-title', 'Firmware ', version),
    state,
    bar,
    make('div', 'model-actions', make('label', 'check', failsNext, ' let the next update fail'), retry),
  )

  return {
    element,
    render(firmware, now) {
      const percents = progressOf(firmware, now)
      const { type } = firmware.state
      setText(version, firmware.version)
      setText(state, wordsFor(firmware))
      state.classList.toggle('problem', type === 'failed')
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
      return 'No update requested.'
    case 'downloading':
      return `Downloading ${state.request.version}. A newer request replaces it.`
    case 'applying':
      return state.next === undefined
        ? `Applying ${state.request.version}. A newer request waits.`
        : `Applying ${state.request.version}. A newer request follows.`
    case 'done':
      return 'The requested version is running.'
    case 'failed':
      return `Failed: ${state.error}.`
  }
}
