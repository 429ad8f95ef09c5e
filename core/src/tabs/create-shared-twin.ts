import type { Credentials } from '../credentials/credentials.ts'
import { TwinError } from '../errors.ts'
import { clientId } from '../protocol/identity.ts'
import type { JsonObject } from '../protocol/json.ts'
import { isSameStatus, statusOf } from '../protocol/machine-states.ts'
import type { Clock } from '../session/clock.ts'
import { createTimers } from '../session/timers.ts'
import type { OpenWire } from '../session/wire.ts'
import { createFacade } from '../twin/facade.ts'
import { createHubLink } from '../twin/hub-link.ts'
import type { TwinNews } from '../twin/news.ts'
import type { CheckedOptions } from '../twin/options.ts'
import { createStateBroadcast } from '../twin/state-broadcast.ts'
import type { Twin } from '../twin/twin.ts'
import { createLeader, type Leader, type Leaving } from './leader.ts'
import { createMember } from './member.ts'
import type { BequeathedReport, Message, Notice } from './messages.ts'
import { toPlain } from './plain-message.ts'
import { readMessage } from './read-message.ts'
import type { TabRole } from './role.ts'
import type { Channel, NoTabs, Tabs } from './tabs.ts'

/** A twin that all tabs of an origin share: one holds the connection, and the others have the same through it. */
export interface SharedTwin<Desired extends object = JsonObject, Reported extends object = JsonObject> extends Twin<
  Desired,
  Reported
> {
  readonly role: TabRole
  /** Calls once, soon, with the role now, and then with each that follows; the last one is `closed`. */
  onRole(listener: (role: TabRole) => void): () => void
}

type Presence =
  /** Before it is opened, while the page is put away, and in the end. */
  | { readonly type: 'away' }
  /** In line for the lock, or its holder. */
  | { readonly type: 'candidate'; readonly channel: Channel; readonly line: AbortController }
  | { readonly type: 'alone' }

interface Leadership {
  readonly leader: Leader
  /** Lets another tab lead. */
  release(): void
}

export function createSharedTwin(
  credentials: Credentials,
  options: CheckedOptions,
  openWire: OpenWire,
  clock: Clock,
  tabs: Tabs | NoTabs,
): SharedTwin {
  const name = `hubtwin/${credentials.identity.hostName}/${clientId(credentials.identity)}`
  const tab = 'missing' in tabs ? '' : tabs.newId()
  const roles = createStateBroadcast<TabRole>({ type: 'joining' })
  const timers = createTimers<'awake'>(clock, () => join())
  let presence: Presence = { type: 'away' }
  let leadership: Leadership | undefined
  let handover: readonly BequeathedReport[] = []
  let gone: Promise<void> = Promise.resolve()
  let closed = false

  const member = createMember({
    tab,
    clock,
    answerTimeoutInMs: options.wakeTimeoutInMs,
    isLeading: () => leadership !== undefined,
    send: (request) => (leadership === undefined ? post(request) : leadership.leader.receive(request)),
    onNews: receiveNews,
    onFollowing() {
      if (leadership !== undefined) return
      handover = []
      takeRole({ type: 'follower' })
    },
  })
  const facade = createFacade({ ...options, ...member, clock, close: async () => close() })
  const offWake = options.wakeSource?.((event) => (event === 'wake' ? wake() : sleep()))

  function receiveNews(news: TwinNews): void {
    if (closed) return
    if (news.type !== 'status' || !isSameStatus(news.status, facade.twin.status)) facade.receive(news)
  }

  function takeRole(role: TabRole): void {
    if (role.type !== roles.state.type) roles.tell(role)
  }

  function post(message: Message): void {
    if (presence.type === 'candidate') presence.channel.post(toPlain(message))
  }

  function emit(notice: Notice): void {
    const isOwn = 'tab' in notice && notice.tab === tab
    if (!isOwn) post(notice)
    if (isOwn || !('tab' in notice)) member.receive(notice)
  }

  function receive(data: unknown): void {
    const message = readMessage(data)
    switch (message?.type) {
      case 'hello':
      case 'call':
      case 'takeBack':
        return leadership?.leader.receive(message)
      case 'bequest':
        if (leadership === undefined) handover = message.reports
        else leadership.leader.inherit(message.reports)
        return
      case 'lead':
      case 'welcome':
      case 'news':
      case 'outcome':
        return member.receive(message)
    }
  }

  function join(): void {
    if (presence.type !== 'away' || closed) return
    timers.stopAll()
    receiveNews({ type: 'status', status: statusOf({ type: 'idle' }) })
    // Who is told may close.
    if (closed) return
    if ('missing' in tabs) return beAlone(tabs.missing)
    try {
      const line = new AbortController()
      presence = { type: 'candidate', channel: tabs.openChannel(`${name}/1`, receive), line }
      void stand(tabs, line.signal)
      member.hello()
    } catch (error) {
      beAlone(String(error))
    }
  }

  async function stand({ lock }: Tabs, signal: AbortSignal): Promise<void> {
    try {
      await lock(name, signal, async () => {
        if (!signal.aborted) await new Promise<void>((release) => lead({ type: 'leader' }, release))
      })
    } catch (error) {
      if (signal.aborted) return
      // Whoever has taken the lock away leads now; where there can be none, nobody else is there.
      if (leadership !== undefined) {
        void leave('sleep')
        join()
      } else beAlone(String(error))
    }
  }

  function beAlone(reason: string): void {
    void leave('sleep')
    presence = { type: 'alone' }
    lead({ type: 'alone', reason }, () => {})
  }

  function lead(role: TabRole, release: () => void): void {
    const leader = createLeader({
      tab,
      term: 'missing' in tabs ? '' : tabs.newId(),
      openLink: (onNews) => createHubLink({ credentials, options, openWire, clock, onNews }),
      emit,
      snapshot: () => ({ ...(facade.document && { document: facade.document }), status: facade.twin.status }),
      hasStorage: options.reportStorage !== undefined,
      onClosed: (error) => void close(error),
    })
    leadership = { leader, release }
    takeRole(role)
    receiveNews({ type: 'status', status: statusOf({ type: 'idle' }) })
    if (closed) return
    const reports = handover
    handover = []
    leader.start(reports)
  }

  /** A page with a lock or an open channel can't go into the back/forward cache, and a frozen one leads nobody. */
  function leave(how: Leaving): Promise<void> {
    const was = presence
    const led = leadership
    if (was.type === 'away') return gone
    const closing = led?.leader.leave(how)
    presence = { type: 'away' }
    leadership = undefined
    member.leave()
    if (was.type === 'candidate') {
      was.line.abort()
      was.channel.close()
    }
    gone = gone.then(() => closing)
    // Two connections never overlap but where the page has no time left to see its own end.
    if (how === 'close') void gone.then(led?.release)
    else led?.release()
    return gone
  }

  function sleep(): void {
    if (presence.type === 'alone') return leadership?.leader.sleep()
    if (presence.type === 'away') return
    void leave('sleep')
    takeRole({ type: 'joining' })
    const error = new TwinError('ERR_INTERRUPTED', 'Connection was put to sleep')
    receiveNews({ type: 'status', status: { type: 'waiting', retryInMs: options.maxRetryDelayInMs, error } })
    timers.start('awake', options.maxRetryDelayInMs)
  }

  function wake(): void {
    if (presence.type === 'away') join()
    else if (leadership !== undefined) leadership.leader.wake()
    else member.hello()
  }

  function close(error?: TwinError): Promise<void> {
    if (closed) return gone
    closed = true
    offWake?.()
    timers.stopAll()
    void leave('close')
    member.close(error)
    facade.receive({ type: 'status', status: { type: 'closed', ...(error && { error }) } })
    roles.tell({ type: 'closed' })
    return gone
  }

  facade.open(join)
  const ofTab = {
    role: { get: () => roles.state, enumerable: true },
    onRole: { value: roles.listen, enumerable: true },
  }
  const twin = Object.defineProperties({}, { ...Object.getOwnPropertyDescriptors(facade.twin), ...ofTab })
  return Object.freeze(twin as SharedTwin)
}
