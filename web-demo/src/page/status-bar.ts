import type { TwinStatus } from 'hubtwin'
import { advise } from './advice.ts'
import type { Answer, Device, Report } from '../device.ts'
import { find, make, setText } from '../dom.ts'

/** The header: which device, which hub, connected or why not, the next try, versions, the last round trip. */
export interface StatusBar {
  begin(device: Device): void
  showStatus(device: Device): void
  showVersions(device: Device): void
  showAnswer(report: Report, answer: Answer): void
  /** Once a second, for the wait until the next try. */
  tick(): void
}

export function createStatusBar(): StatusBar {
  const state = find('state', HTMLElement)
  const text = find('state-text', HTMLElement)
  const nextTry = find('next-try', HTMLElement)
  const trouble = find('trouble', HTMLElement)
  const versions = find('versions', HTMLElement)
  const roundTrip = find('round-trip', HTMLElement)
  const button = find('disconnect', HTMLButtonElement)
  let retryAt: number | undefined

  function tick(): void {
    const left = retryAt === undefined ? 0 : Math.ceil((retryAt - Date.now()) / 1000)
    setText(nextTry, retryAt === undefined ? '' : left > 0 ? `next try in ${left} s` : 'next try now')
  }

  return {
    tick,
    begin({ deviceId, hub }) {
      setText(find('device-id', HTMLElement), deviceId)
      setText(find('hub-name', HTMLElement), hub)
      setText(find('key-device', HTMLElement), deviceId)
      setText(roundTrip, '')
      setText(trouble, '')
      trouble.hidden = true
      document.title = `${deviceId} · hubtwin`
    },
    showStatus({ twin, place }) {
      const { status } = twin
      state.dataset['state'] = status.type
      setText(text, wordsFor(status))
      setText(button, status.type === 'closed' ? 'Connect again' : 'Disconnect')
      retryAt = status.type === 'waiting' ? Date.now() + status.retryInMs : undefined
      tick()
      if (status.type === 'waiting') setText(trouble, `${status.error.message}. ${advise(status.error, place)}`.trim())
      // The reason stays on while the next try is under way: it would flicker otherwise.
      if (status.type === 'ready' || status.type === 'closed') setText(trouble, '')
      trouble.hidden = trouble.textContent === ''
    },
    showVersions({ twin }) {
      const { desired, reported } = twin.versions
      const isKnown = desired > 0 || reported > 0
      const words = isKnown ? `v${desired}/v${reported}` : ''
      if (versions.lastChild?.textContent === words) return
      const short = make('span', '', words)
      short.ariaHidden = 'true'
      const spoken = isKnown ? `desired version ${desired}, reported version ${reported}; ` : ''
      versions.replaceChildren(make('span', 'visually-hidden', spoken), short)
    },
    showAnswer({ isHeld }, answer) {
      if (!isHeld && answer.type === 'taken') setText(roundTrip, duration(answer.tookInMs))
    },
  }
}

function wordsFor(status: TwinStatus): string {
  switch (status.type) {
    case 'connecting':
      return status.attempt === 1 ? 'connecting' : `connecting, attempt ${status.attempt}`
    case 'ready':
      return 'ready'
    case 'waiting':
      return 'not connected'
    case 'closed':
      return 'disconnected by you'
  }
}

export function duration(ms: number): string {
  return ms < 1 ? '< 1 ms' : ms < 10_000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}
