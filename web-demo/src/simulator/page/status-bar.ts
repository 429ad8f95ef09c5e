import type { TwinStatus } from 'hubtwin/light'
import { explain, type Place } from './advice.ts'
import type { Device } from '../device.ts'
import type { TabRole } from 'hubtwin/light/shared-twin'
import { find, make, setText } from '../../shared/dom.ts'
import { duration } from '../../shared/time.ts'

/** The header: which device, which hub, connected or why not, the next try, versions, the last round trip. */
export interface StatusBar {
  begin(device: Device): void
  showStatus(device: Device): void
  showRole(role: TabRole): void
  showVersions(device: Device): void
  showRoundTrip(tookInMs: number): void
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
  const tabRole = find('tab-role', HTMLElement)
  let retryAt: number | undefined

  function tick(): void {
    const left = retryAt === undefined ? 0 : Math.ceil((retryAt - Date.now()) / 1000)
    setText(nextTry, retryAt === undefined ? '' : left > 0 ? `next try in ${left} s` : 'next try now')
  }

  return {
    tick,
    begin({ deviceId, hub, holds }) {
      setText(find('device-id', HTMLElement), deviceId)
      setText(find('hub-name', HTMLElement), hub)
      showHolding(deviceId, holds)
      setText(roundTrip, '')
      setText(tabRole, '')
      setText(trouble, '')
      trouble.hidden = true
      document.title = `${deviceId} · hubtwin`
    },
    showStatus({ twin, place, faults }) {
      const { status } = twin
      const isOffline = faults.isOffline && status.type !== 'closed'
      state.dataset['state'] = isOffline ? 'offline' : status.type
      setText(text, isOffline ? 'offline, as you wanted' : wordsFor(status))
      setText(button, status.type === 'closed' ? 'Connect again' : 'Disconnect')
      retryAt = status.type === 'waiting' && !isOffline ? Date.now() + status.retryInMs : undefined
      tick()
      // The reason stays on while the next try is under way: it would flicker otherwise.
      if (status.type !== 'connecting' || isOffline) setText(trouble, isOffline ? '' : troubleOf(status, place))
      trouble.hidden = trouble.textContent === ''
    },
    showRole(role) {
      const words = roleWords[role.type]
      setText(tabRole, words?.text ?? '')
      tabRole.title = role.type === 'alone' ? `${words?.title}: ${role.reason}` : (words?.title ?? '')
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
    showRoundTrip(tookInMs) {
      setText(roundTrip, duration(tookInMs))
    },
  }
}

const roleWords: { readonly [type in TabRole['type']]?: { readonly text: string; readonly title: string } } = {
  leader: { text: 'tab leads', title: 'This tab holds the connection; other tabs of this device share it' },
  follower: { text: 'tab follows', title: 'Another tab holds the connection; this one has everything through it' },
  alone: { text: 'tab alone', title: 'This tab can share its connection with no other' },
}

/** What this page could lose, and why a real one should not have it. */
function showHolding(deviceId: string, holds: Device['holds']): void {
  find('key-notice', HTMLElement).hidden = holds === 'nothing'
  const what = holds === 'key' ? 'the key' : 'a token'
  setText(find('key-notice-title', HTMLElement), `This page holds ${what} of ${deviceId}, and a real one should not`)
}

function troubleOf(status: TwinStatus, place: Place): string {
  const error = status.type === 'waiting' || status.type === 'ready' ? status.error : undefined
  return error === undefined ? '' : explain(error, place)
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
