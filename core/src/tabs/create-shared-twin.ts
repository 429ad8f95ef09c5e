import type { Credentials } from '../credentials/credentials.ts'
import { clientId, type DeviceIdentity } from '../protocol/identity.ts'
import type { JsonObject } from '../protocol/json.ts'
import type { Clock } from '../session/clock.ts'
import { createTimers } from '../session/timers.ts'
import type { OpenWire } from '../session/wire.ts'
import { createFacade, openFacade } from '../twin/facade.ts'
import { readDocument } from '../twin/followed-twin.ts'
import { createHubLink } from '../twin/hub-link.ts'
import { createStateListeners, listenToState } from '../twin/listening/state-listeners.ts'
import type { CheckedOptions } from '../twin/options.ts'
import { createDeferred } from '../session/deferred.ts'
import { runReducer } from '../session/run-reducer.ts'
import type { Twin } from '../twin/twin.ts'
import { createLeader, type Leader } from './leader.ts'
import { createMember, type Member } from './member.ts'
import { createPresence, type Presence } from './presence.ts'
import type { TabRole } from './role.ts'
import { emitNotice, handleMessage, handleUpdate, runEffect, type SharedParts } from './shared-effects.ts'
import { next } from './shared-machine.ts'
import type { SharedFeatures } from './shared-features.ts'
import type { SharedEffect, SharedInput, SharedState } from './shared-states.ts'
import type { NoTabs, Tabs } from './tabs.ts'

/** A twin that all tabs of an origin share over a single connection. */
export interface SharedTwin<Desired extends object = JsonObject, Reported extends object = JsonObject> extends Twin<
  Desired,
  Reported
> {
  readonly role: TabRole
  /** Calls with the current role soon, and then with each later role. The last role is `closed`. */
  onRole(listener: (role: TabRole) => void): () => void
}

export function createSharedTwin(
  credentials: Credentials,
  options: CheckedOptions,
  openWire: OpenWire,
  clock: Clock,
  tabs: Tabs | NoTabs,
  features?: SharedFeatures,
): SharedTwin {
  const settings: SharedTwinSettings = { credentials, options, openWire, clock, tabs, features }
  const [ended, onEnd] = createDeferred()
  const reducer = runReducer<SharedState, SharedInput, SharedEffect>(
    { type: 'away', handover: [] },
    (state, input) => next(state, input, options),
    (effect) => runEffect(parts, effect),
  )
  const { dispatch } = reducer
  const tab = newId(tabs)
  const presence = openPresence(settings, () => parts)
  const member = openMember(tab, settings, () => parts)
  const closeTwin = (): Promise<void> => {
    dispatch({ type: 'close', error: undefined })
    return ended
  }
  const close = (): Promise<void> => features?.close(closeTwin) ?? closeTwin()
  const facade = createFacade({
    settings: options,
    link: { report: member.report, refresh: member.refresh, close },
    clock,
  })
  const parts: SharedParts = {
    tab,
    reducer,
    presence,
    member,
    facade,
    roles: createStateListeners<TabRole>({ type: 'joining' }),
    timers: createTimers<'join'>(clock, (type) => dispatch({ type })),
    onRole(role) {
      const { status } = facade.twin
      features?.handleRole(role, status.type === 'closed' ? status.error : undefined)
    },
    onEnd: () => void presence.gone().then(onEnd),
  }
  openFacade(
    facade,
    () => dispatch({ type: 'join' }),
    (type) => dispatch({ type }),
  )
  return addRole(parts)
}

interface SharedTwinSettings {
  readonly credentials: Credentials
  readonly options: CheckedOptions
  readonly openWire: OpenWire
  readonly clock: Clock
  readonly tabs: Tabs | NoTabs
  readonly features: SharedFeatures | undefined
}

/** Tabs of the same device find each other by this name. */
export function lockName(identity: DeviceIdentity): string {
  return `hubtwin/${identity.hostName}/${clientId(identity)}`
}

function newId(tabs: Tabs | NoTabs): string {
  return 'missing' in tabs ? '' : tabs.newId()
}

function openPresence(settings: SharedTwinSettings, parts: () => SharedParts): Presence {
  const { identity } = settings.credentials
  return createPresence({
    tabs: settings.tabs,
    name: lockName(identity),
    createLeader: () => openLeader(settings, parts()),
    onMessage: (data) => handleMessage(parts(), data),
    onLocked: () => parts().reducer.dispatch({ type: 'locked' }),
    onFailed: (reason) => parts().reducer.dispatch({ type: 'lockFailed', reason }),
  })
}

function openLeader(settings: SharedTwinSettings, parts: SharedParts): Leader {
  const { tab, facade, reducer } = parts
  return createLeader({
    tab,
    term: newId(settings.tabs),
    openLink(onUpdate) {
      const features = settings.features?.features
      const link = createHubLink({ ...settings, features, onUpdate, document: () => readDocument(facade.followed) })
      settings.features?.handleConnection(link.connection)
      return link
    },
    emit: (notice) => emitNotice(parts, notice),
    snapshot: () => ({
      ...(facade.followed.isSynced && { document: readDocument(facade.followed) }),
      status: facade.twin.status,
    }),
    onClosed: (error) => reducer.dispatch({ type: 'close', error }),
  })
}

function openMember(tab: string, { clock, options }: SharedTwinSettings, parts: () => SharedParts): Member {
  return createMember({
    tab,
    clock,
    leaderTimeoutInMs: options.wakeTimeoutInMs,
    isLeading: () => parts().presence.leader() !== undefined,
    send(request) {
      const { presence } = parts()
      const leader = presence.leader()
      if (leader === undefined) presence.post(request)
      else leader.handleRequest(request)
    },
    onUpdate: (update) => handleUpdate(parts(), update),
    onFollowing: () => parts().reducer.dispatch({ type: 'following' }),
  })
}

function addRole({ facade, roles }: SharedParts): SharedTwin {
  const twin = Object.defineProperties(facade.twin, {
    role: { get: () => roles.current, enumerable: true },
    onRole: { value: (listener: (role: TabRole) => void) => listenToState(roles, listener), enumerable: true },
  })
  return Object.freeze(twin as SharedTwin)
}
