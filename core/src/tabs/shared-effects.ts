import { isSameStatus } from '../protocol/machine-states.ts'
import { clearTimers, setTimer, type Timers } from '../session/timers.ts'
import { type Facade, updateFacade } from '../twin/facade.ts'
import { emitState, type StateListeners } from '../twin/listening/state-listeners.ts'
import type { Reducer } from '../session/run-reducer.ts'
import type { TwinUpdate } from '../twin/twin-update.ts'
import type { Member } from './member.ts'
import type { Notice } from './messages.ts'
import { toPlain } from './plain-message.ts'
import type { Presence } from './presence.ts'
import { readMessage } from './read-message.ts'
import type { TabRole } from './role.ts'
import type { SharedEffect, SharedInput, SharedState } from './shared-states.ts'

/** The parts of a shared twin in a tab. */
export interface SharedParts {
  readonly tab: string
  readonly reducer: Reducer<SharedState, SharedInput>
  readonly presence: Presence
  readonly member: Member
  readonly facade: Facade
  readonly roles: StateListeners<TabRole>
  readonly timers: Timers<'join'>
  /** Called at once, unlike the listeners of the app. */
  readonly onRole: (role: TabRole) => void
  /** All connections and waits have ended. */
  readonly onEnd: () => void
}

export function runEffect(parts: SharedParts, effect: SharedEffect): void {
  const { presence, member, facade, roles, timers } = parts
  switch (effect.type) {
    case 'enter':
      clearTimers(timers)
      presence.enter()
      return member.hello()
    case 'leave':
      presence.leave(effect.how)
      return member.leave()
    case 'lead':
      return presence.lead().start(effect.reports)
    case 'resumeReports':
      return presence.leader()?.handleHandover(effect.reports)
    case 'forward':
      return presence.leader()?.[effect.event]()
    case 'hello':
      return member.hello()
    case 'showRole':
      if (effect.role.type === roles.current.type) return
      emitState(roles, effect.role)
      return parts.onRole(effect.role)
    case 'showStatus':
      return handleUpdate(parts, { type: 'status', status: effect.status })
    case 'joinLater':
      return setTimer(timers, 'join', effect.delayInMs)
    case 'end':
      clearTimers(timers)
      member.close(effect.error)
      updateFacade(facade, { type: 'status', status: { type: 'closed', ...(effect.error && { error: effect.error }) } })
      return parts.onEnd()
  }
}

/** Handles an update from the leader in this or another tab. */
export function handleUpdate({ reducer, facade }: SharedParts, update: TwinUpdate): void {
  if (reducer.state.type === 'closed') return
  if (update.type !== 'status' || !isSameStatus(update.status, facade.twin.status)) updateFacade(facade, update)
}

/** Sends a notice of the leader in this tab. */
export function emitNotice({ tab, presence, member }: SharedParts, notice: Notice): void {
  const isOwn = 'tab' in notice && notice.tab === tab
  if (!isOwn) presence.post(toPlain(notice))
  member.handleNotice(notice)
}

/** Handles a message from another tab. */
export function handleMessage({ reducer, presence, member }: SharedParts, data: unknown): void {
  const message = readMessage(data)
  switch (message?.type) {
    case 'hello':
    case 'call':
    case 'cancel':
      return presence.leader()?.handleRequest(message)
    case 'handover':
      return reducer.dispatch(message)
    case 'lead':
    case 'welcome':
    case 'update':
    case 'outcome':
      return member.handleNotice(message)
  }
}
