import type { Credentials } from '../credentials/credentials.ts'
import { attachFeatures, connectionOf, type FeatureSet } from '../device/attach-features.ts'
import { createHosting } from '../device/hosting.ts'
import { createChannel } from '../session/channel.ts'
import type { Clock } from '../session/clock.ts'
import { lockName } from '../tabs/create-shared-twin.ts'
import type { SharedFeatures } from '../tabs/shared-features.ts'
import type { NoTabs, Tabs } from '../tabs/tabs.ts'
import { createObserve } from '../twin/observe.ts'
import type { CheckedOptions } from '../twin/options.ts'
import type { DeviceMessage } from './device-messages.ts'
import { followConnection, handleAsFollower } from './follow.ts'
import { deliverTo, handleAsLeader, handleOwnConnection } from './lead.ts'
import { createTabChannel } from './tab-channel.ts'
import { announce, DETACHED, setMode, type TabParts } from './parts.ts'
import { createRemoteChannel, type RemoteChannel } from './remote-channel.ts'
import { createRouter, type Router } from './router.ts'

/** The features of a shared device in a tab. */
export interface TabFeatures extends Omit<SharedFeatures, 'close'> {
  readonly apis: Readonly<Record<string, unknown>>
  /** @returns resolves when no feature of this tab has anything left to finish */
  close(): Promise<unknown>
}

export interface TabFeaturesOptions {
  readonly credentials: Pick<Credentials, 'identity'>
  readonly options: CheckedOptions
  readonly use: FeatureSet
  readonly clock: Clock
  readonly tabs: Tabs | NoTabs
}

/**
 * Attaches the features in this tab, whichever tab has the connection. Each feature works as in a
 * single tab: it follows the connection of the leader, publishes through the leader, and gets the
 * messages that the leader passes to this tab. So the queue of telemetry and the handlers
 * survive a change of the leader.
 */
export function createTabFeatures(given: TabFeaturesOptions): TabFeatures {
  const { tabs } = given
  const parts = createParts(given, () => parts)
  const { own, tabChannel, attached, hosting, router } = parts
  // A tab that cannot get the lock has its own connection, and other tabs may not know about it.
  let isAlone = false

  return {
    apis: attached.apis,
    features: {
      ...attached.features,
      isIdle: () => hosting.isIdle() && router.isIdle(),
      handleMessage: router.add,
      handleState: (state) => handleOwnConnection(parts, connectionOf(state)),
    },
    handleConnection(connection) {
      const channel = createChannel(connection)
      if (!isAlone) tabChannel.enter()
      const term = 'missing' in tabs ? own : tabs.newId()
      setMode(parts, { type: 'leading', term, channel, state: 'connecting' })
      tabChannel.post({ type: 'connection', term, state: 'connecting' })
    },
    handleRole(role, error) {
      isAlone = role.type === 'alone'
      setMode(parts, DETACHED)
      tabChannel.leave()
      if (role.type === 'closed') attached.handleConnection({ type: 'closed', ...(error && { error }) })
      if (role.type === 'follower') {
        tabChannel.enter()
        tabChannel.post({ type: 'ask' })
      }
    },
    close: attached.close,
  }
}

/** @param parts the result, for later calls */
function createParts(given: TabFeaturesOptions, parts: () => TabParts): TabParts {
  const { credentials, options, use, clock, tabs } = given
  const { identity } = credentials
  const own = 'missing' in tabs ? 'alone' : tabs.newId()
  const hosting = createHosting({
    ...{ identity, clock, requestTimeoutInMs: options.requestTimeoutInMs, isShared: true },
    announce: () => announce(parts()),
    channel() {
      const { mode, remote: ofLeader } = parts()
      return mode.type === 'leading' ? mode.channel : ofLeader
    },
  })
  const attached = attachFeatures(use, hosting)
  const tabChannel = createTabChannel(tabs, lockName(identity), own, {
    onMessage: (message) => handleMessage(parts(), message),
    onPresent: () => announce(parts()),
  })
  const remote = createRemote(given, parts)
  return {
    own,
    mode: DETACHED,
    hosting,
    attached,
    tabChannel,
    remote,
    router: createTabRouter(given, own, parts),
  }
}

function createRemote({ options, clock }: TabFeaturesOptions, parts: () => TabParts): RemoteChannel {
  return createRemoteChannel({
    send(publish) {
      const { own, mode, tabChannel } = parts()
      if (mode.type !== 'following') return false
      tabChannel.post({ type: 'publish', tab: own, term: mode.term, ...publish })
      return true
    },
    onSilence() {
      setMode(parts(), DETACHED)
      parts().tabChannel.post({ type: 'ask' })
    },
    observe: createObserve(options, clock),
  })
}

function createTabRouter({ clock }: TabFeaturesOptions, own: string, parts: () => TabParts): Router {
  return createRouter({
    own,
    clock,
    wants: (topic) => parts().attached.wants(topic),
    whenGone: (tab, call) => parts().tabChannel.whenGone(tab, call),
    offer(id, topic) {
      const { mode, tabChannel } = parts()
      if (mode.type !== 'leading' || !tabChannel.isOpen) return false
      tabChannel.post({ type: 'offer', term: mode.term, id, topic })
      return true
    },
    deliver: (id, tab, message, acknowledge) => deliverTo(parts(), id, tab, message, acknowledge),
    onIdle() {
      const { mode } = parts()
      if (mode.type === 'leading') mode.channel.checkIdle()
    },
  })
}

/** Handles a message of another tab. */
function handleMessage(parts: TabParts, message: DeviceMessage): void {
  const { mode } = parts
  if (mode.type === 'leading') return handleAsLeader(parts, message, mode)
  if (message.type === 'connection') return followConnection(parts, message.term, message.state)
  const isOfLeader = mode.type === 'following' && 'term' in message && message.term === mode.term
  if (isOfLeader) handleAsFollower(parts, message)
}
