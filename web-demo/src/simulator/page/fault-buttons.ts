import { find, setText } from '../../shared/dom.ts'
import type { SimulatedDevice } from '../simulated-device.ts'
import { openSecondTab } from './second-tab.ts'

/** The buttons that inject faults. Each shows its effect after you press it. */
export interface FaultButtons {
  attach(device: SimulatedDevice): void
  /** Call this when the status changes. */
  refresh(): void
}

/** The notice after a press. The page describes each button before it. */
const NOTICES = {
  offline: 'Offline: this page closed its connection and opens no new one. Your reports wait.',
  online: 'Online: this page reconnects within a second.',
  drop: 'Dropped: this page closed its connection. hubtwin reconnects within a second.',
  expire: 'Expired: this page sends a token that expired an hour ago. The hub rejects it, and hubtwin gets a new one.',
  blocked: 'The browser blocked the new tab. Allow pop-ups for this page.',
  tab: 'The second tab is the same device and uses this tab’s connection. Close this tab, and the other tab takes over.',
} as const

const NOTICE_IN_MS = 10_000

export interface FaultButtonsParts {
  /** Called before the fault, with its notice. */
  onInject(notice: string): void
  onInjected(device: SimulatedDevice): void
}

export function createFaultButtons({ onInject, onInjected }: FaultButtonsParts): FaultButtons {
  const noticeField = find('notice', HTMLElement)
  const offline = button('fault-offline', ({ faults }) => {
    if (faults.isOffline) {
      notify('online')
      faults.goOnline()
    } else {
      notify('offline')
      faults.goOffline()
    }
  })
  const drop = button('fault-drop', ({ faults }) => {
    notify('drop')
    faults.drop()
  })
  const expire = button('fault-expire', ({ faults }) => {
    notify('expire')
    faults.expireToken()
  })
  button('fault-tab', ({ grant }) => notify(openSecondTab(grant) ? 'tab' : 'blocked'))
  let device: SimulatedDevice | undefined
  let timer: ReturnType<typeof setTimeout> | undefined

  function button(id: string, press: (device: SimulatedDevice) => void): HTMLButtonElement {
    const found = find(id, HTMLButtonElement)
    found.addEventListener('click', () => {
      if (device === undefined) return
      press(device)
      onInjected(device)
      refresh()
    })
    return found
  }

  function notify(name: keyof typeof NOTICES): void {
    const notice = NOTICES[name]
    clearTimeout(timer)
    setText(noticeField, notice)
    timer = setTimeout(() => setText(noticeField, ''), NOTICE_IN_MS)
    onInject(notice)
  }

  function refresh(): void {
    if (device === undefined) return
    const isClosed = device.twin.status.type === 'closed'
    const { isOffline } = device.faults
    offline.disabled = isClosed
    // A follower has no connection to break.
    const isFollower = device.twin.role.type === 'follower'
    drop.disabled = isClosed || isOffline || isFollower
    expire.disabled = isClosed || isOffline || isFollower
    offline.setAttribute('aria-pressed', String(isOffline))
    setText(offline, isOffline ? 'Go online' : 'Go offline')
  }

  return {
    attach(next) {
      device = next
      clearTimeout(timer)
      setText(noticeField, '')
      refresh()
    },
    refresh,
  }
}
