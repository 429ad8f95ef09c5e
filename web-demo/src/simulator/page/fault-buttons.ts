import type { Device } from '../device.ts'
import { find, setText } from '../../shared/dom.ts'
import { openSecondTab } from './second-tab.ts'

/** The faults that people want to see. Each button says what it really does, before and after it is pressed. */
export interface FaultButtons {
  begin(device: Device): void
  /** After a change of status. */
  look(): void
}

const words = {
  offline: [
    'Ends the connection and makes no new one until you press it again. Reports are held, and go out afterwards.',
    'Offline: this page ends its connection and makes none. What you report is held.',
  ],
  online: ['', 'Online: this page connects again within a second.'],
  drop: [
    'Ends the connection; hubtwin makes the next one within a second, in another tab where there is one.',
    'Dropped: this page ends its connection; hubtwin makes the next one within a second.',
  ],
  expire: [
    'Connects anew with a token whose time is over. The hub refuses it, and hubtwin asks for a fresh one.',
    'Expired: this page shows the hub a token whose time was over an hour ago. It will be refused, and a fresh one asked for.',
  ],
  blocked: ['', 'The browser did not let this page open a tab: allow its pop-ups.'],
  tab: [
    'Opens this page as the same device in another tab, which gets what it needs from the memory of this one and shares its connection.',
    'A second tab is this device as well, and has everything through this one. Close this one, and the other takes over.',
  ],
} as const

const NOTICE_IN_MS = 10_000

export interface FaultButtonsParts {
  /** Before it is done. */
  onTold(what: string): void
  onFault(device: Device): void
}

export function createFaultButtons({ onTold, onFault }: FaultButtonsParts): FaultButtons {
  const notice = find('notice', HTMLElement)
  const offline = button('fault-offline', 'offline', ({ faults }) => {
    if (faults.isOffline) {
      tell('online')
      faults.goOnline()
    } else {
      tell('offline')
      faults.goOffline()
    }
  })
  const drop = button('fault-drop', 'drop', ({ faults }) => {
    tell('drop')
    faults.drop()
  })
  const expire = button('fault-expire', 'expire', ({ faults }) => {
    tell('expire')
    faults.expireToken()
  })
  button('fault-tab', 'tab', ({ grant }) => tell(openSecondTab(grant) ? 'tab' : 'blocked'))
  let device: Device | undefined
  let timer: ReturnType<typeof setTimeout> | undefined

  function button(id: string, name: keyof typeof words, press: (device: Device) => void): HTMLButtonElement {
    const made = find(id, HTMLButtonElement)
    const [before] = words[name]
    made.title = before
    made.setAttribute('aria-description', before)
    made.addEventListener('click', () => {
      if (device === undefined) return
      press(device)
      onFault(device)
      look()
    })
    return made
  }

  function tell(name: keyof typeof words): void {
    const [, after] = words[name]
    clearTimeout(timer)
    setText(notice, after)
    timer = setTimeout(() => setText(notice, ''), NOTICE_IN_MS)
    onTold(after)
  }

  function look(): void {
    if (device === undefined) return
    const isClosed = device.twin.status.type === 'closed'
    const { isOffline } = device.faults
    offline.disabled = isClosed
    // In a tab that follows there is no connection to break.
    const isFollowing = device.twin.role.type === 'follower'
    drop.disabled = isClosed || isOffline || isFollowing
    expire.disabled = isClosed || isOffline || isFollowing
    offline.setAttribute('aria-pressed', String(isOffline))
    setText(offline, isOffline ? 'Go online' : 'Go offline')
  }

  return {
    begin(next) {
      device = next
      clearTimeout(timer)
      setText(notice, '')
      look()
    },
    look,
  }
}
