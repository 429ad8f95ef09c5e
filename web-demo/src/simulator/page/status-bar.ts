import type { TwinStatus } from 'hubtwin/light'
import type { TabRole } from 'hubtwin/light/shared-twin'
import { roundTrip as roundTripText } from 'hubtwin-page-kit/time'
import { find, make, setText } from '../../shared/dom.ts'
import type { SimulatedDevice } from '../simulated-device.ts'
import { explain, type Place } from './advice.ts'

/**
 * The header: device, hub, state of the connection, next attempt, versions, and last round trip.
 */
export interface StatusBar {
  attach(device: SimulatedDevice): void
  showStatus(device: SimulatedDevice): void
  showRole(role: TabRole): void
  showVersions(device: SimulatedDevice): void
  showRoundTrip(tookInMs: number): void
  /** Call this once a second: it counts down to the next attempt. */
  tick(): void
}

export function createStatusBar(): StatusBar {
  const state = find('state', HTMLElement)
  const text = find('state-text', HTMLElement)
  const nextAttempt = find('next-attempt', HTMLElement)
  const trouble = find('trouble', HTMLElement)
  const troubleText = find('trouble-text', HTMLElement)
  const retryNow = find('retry-now', HTMLButtonElement)
  const versions = find('versions', HTMLElement)
  const roundTrip = find('round-trip', HTMLElement)
  const button = find('disconnect', HTMLButtonElement)
  const tabRole = find('tab-role', HTMLElement)
  let retryAt: number | undefined

  function tick(): void {
    const left = retryAt === undefined ? 0 : Math.ceil((retryAt - Date.now()) / 1000)
    setText(nextAttempt, retryAt === undefined ? '' : left > 0 ? `next attempt in ${left} s` : 'next attempt now')
  }

  return {
    tick,
    attach({ deviceId, hub, place }) {
      setText(find('device-id', HTMLElement), deviceId)
      setText(find('hub-name', HTMLElement), hub)
      showSecretNotice(deviceId, place.holds)
      setText(roundTrip, '')
      setText(tabRole, '')
      setText(troubleText, '')
      trouble.hidden = true
      const hubLink = find('hub-link', HTMLAnchorElement)
      hubLink.hidden = !place.isLocal
      hubLink.href = `${place.isSecure ? 'https' : 'http'}://${hub}/#/devices/${deviceId.split('/').map(encodeURIComponent).join('/modules/')}`
      document.title = `${deviceId} · hubtwin`
    },
    showStatus({ twin, place, faults }) {
      const { status } = twin
      const isOffline = faults.isOffline && status.type !== 'closed'
      state.dataset['state'] = isOffline ? 'offline' : status.type
      setText(text, isOffline ? 'offline, as requested' : wordsFor(status))
      setText(button, status.type === 'closed' ? 'Reconnect' : 'Disconnect')
      retryAt = status.type === 'waiting' && !isOffline ? Date.now() + status.retryInMs : undefined
      tick()
      // The reason stays on screen during the next attempt; otherwise it would flicker.
      if (status.type !== 'connecting' || isOffline) setText(troubleText, isOffline ? '' : troubleOf(status, place))
      trouble.hidden = troubleText.textContent === ''
      // Only the tab with the connection retries, and never against the client that replaced it.
      const isOther = status.type === 'waiting' && status.error.code === 'ERR_REPLACED'
      retryNow.disabled = status.type !== 'waiting' || isOther || twin.role.type === 'follower'
    },
    showRole(role) {
      const words = ROLE_WORDS[role.type]
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
      setText(roundTrip, roundTripText(tookInMs))
    },
  }
}

const ROLE_WORDS: { readonly [type in TabRole['type']]?: { readonly text: string; readonly title: string } } = {
  leader: { text: 'leader', title: 'This tab holds the connection. Other tabs of this device share it.' },
  follower: { text: 'follower', title: 'Another tab holds the connection. This tab uses it.' },
  alone: { text: 'single tab', title: 'This tab cannot share its connection' },
}

/** Warns that the page holds a secret. */
function showSecretNotice(deviceId: string, holds: Place['holds']): void {
  find('key-notice', HTMLElement).hidden = holds === 'nothing'
  const secret = holds === 'key' ? 'the key' : 'a token'
  setText(
    find('key-notice-title', HTMLElement),
    `This page holds ${secret} of ${deviceId}. A production page should not.`,
  )
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
      return 'disconnected, as requested'
  }
}
