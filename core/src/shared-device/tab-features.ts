import type { Credentials } from '../credentials/credentials.ts'
import { attachFeatures, connectionOf, type FeatureSet } from '../device/attach-features.ts'
import type { ConnectionState } from '../device/feature.ts'
import { createHosting } from '../device/hosting.ts'
import type { TwinError } from '../errors.ts'
import type { Clock } from '../session/clock.ts'
import type { Channel, FeatureMessage, Features } from '../session/features.ts'
import type { Observed } from '../session/observation.ts'
import { lockName } from '../tabs/create-shared-twin.ts'
import type { TabRole } from '../tabs/role.ts'
import type { NoTabs, Tabs } from '../tabs/tabs.ts'
import { callListener } from '../twin/listening/listeners.ts'
import type { CheckedOptions } from '../twin/options.ts'
import type { DeviceMessage, SharedConnection } from './device-messages.ts'
import { createMeeting } from './meeting.ts'
import { createRemoteChannel } from './remote-channel.ts'
import { createRouter } from './router.ts'

/** The features of a shared device in a tab. */
export interface TabFeatures {
  readonly apis: Readonly<Record<string, unknown>>
  /** For the session of this tab, while it leads. */
  readonly features: Features
  /** This tab is about to lead. */
  lead(channel: Channel): void
  handleRole(role: TabRole, error: TwinError | undefined): void
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

/** The connection that the features of this tab use. */
type Mode =
  | { readonly type: 'apart' }
  | { readonly type: 'following'; readonly term: string }
  | { readonly type: 'leading'; readonly term: string; readonly channel: Channel; readonly state: SharedConnection }

/**
 * Attaches the features in this tab, whichever tab has the connection. Each feature works as in a
 * tab of its own: it follows the connection of the leader, publishes through the leader, and gets
 * the messages that the leader passes to this tab. So the queue of telemetry and the handlers
 * survive a change of the leader.
 */
export function createTabFeatures({ credentials, options, use, clock, tabs }: TabFeaturesOptions): TabFeatures {
  const { identity } = credentials
  const own = 'missing' in tabs ? 'alone' : tabs.newId()
  let mode: Mode = { type: 'apart' }
  const meeting = createMeeting(tabs, lockName(identity), own, {
    onMessage: handleMessage,
    onPresent: announce,
  })
  const remote = createRemoteChannel({
    send(publish) {
      if (mode.type !== 'following') return false
      meeting.post({ type: 'publish', tab: own, term: mode.term, ...publish })
      return true
    },
    onSilence: () => stand({ type: 'apart' }),
    observe,
  })
  const hosting = createHosting({
    ...{ identity, clock, requestTimeoutInMs: options.requestTimeoutInMs, isShared: true, announce },
    channel: () => (mode.type === 'leading' ? mode.channel : remote),
  })
  const attached = attachFeatures(use, hosting)
  const router = createRouter({
    ...{ own, clock, wants: attached.wants, whenGone: meeting.whenGone },
    offer(id, topic) {
      if (mode.type !== 'leading' || 'missing' in tabs) return false
      meeting.post({ type: 'offer', term: mode.term, id, topic })
      return true
    },
    deliver,
    onIdle: () => mode.type === 'leading' && mode.channel.checkIdle(),
  })

  function observe(observed: Observed): void {
    if (options.observer !== undefined) callListener(options.observer, Object.freeze({ ...observed, at: clock.now() }))
  }

  function announce(): void {
    if (mode.type === 'leading') router.dispatch({ type: 'announced' })
    else if (mode.type === 'following') meeting.post({ type: 'announce', term: mode.term })
  }

  /** No answer of the connection before follows. */
  function stand(after: Mode): void {
    mode = after
    remote.interrupt()
    router.dispatch({ type: 'reset' })
    attached.handleConnection({ type: 'connecting' })
  }

  function deliver(id: number, tab: string, message: FeatureMessage, acknowledge: () => void): void {
    if (tab === own) {
      return attached.features.handleMessage(message.acknowledge === undefined ? message : { ...message, acknowledge })
    }
    if (mode.type !== 'leading') return
    const { topic, payload, packetId, isDuplicate } = message
    const content = {
      // A view would take its whole frame along, and mqtt.js gives a Buffer.
      ...{ topic, payload: new Uint8Array(payload) },
      ...(packetId !== undefined && { packetId }),
      ...(isDuplicate !== undefined && { isDuplicate }),
    }
    meeting.post({ type: 'deliver', tab, term: mode.term, id, content })
  }

  function handleMessage(message: DeviceMessage): void {
    if (mode.type === 'leading') return handleAsLeader(message, mode)
    if (message.type === 'connection') return follow(message.term, message.state)
    if (mode.type === 'following' && 'term' in message && message.term === mode.term)
      handleAsFollower(message, mode.term)
  }

  function follow(term: string, state: SharedConnection): void {
    if (mode.type !== 'following' || mode.term !== term) {
      stand({ type: 'following', term })
      // A message may be waiting for a handler of this tab.
      announce()
    }
    attached.handleConnection({ type: state })
  }

  function handleAsFollower(message: DeviceMessage, term: string): void {
    switch (message.type) {
      case 'published':
        return message.tab === own ? remote.settle(message.id, message.isDone) : undefined
      case 'offer':
        if (meeting.isPresent && attached.wants(message.topic)) {
          meeting.post({ type: 'claim', tab: own, term, id: message.id })
        }
        return
      case 'deliver': {
        if (message.tab !== own) return
        const { id, content } = message
        const acknowledge = (): void => meeting.post({ type: 'acknowledge', tab: own, term, id })
        return attached.features.handleMessage({
          ...content,
          text: new TextDecoder().decode(content.payload),
          ...(content.packetId !== undefined && { acknowledge }),
        })
      }
    }
  }

  function handleAsLeader(message: DeviceMessage, { term, channel, state }: Extract<Mode, { type: 'leading' }>): void {
    if (message.type === 'ask') return meeting.post({ type: 'connection', term, state })
    if (!('term' in message) || message.term !== term) return
    switch (message.type) {
      case 'publish': {
        const { tab, id, topic, payload } = message
        if (!message.isQos1) return channel.publish(topic, payload)
        const answer = (isDone: boolean): void => meeting.post({ type: 'published', tab, term, id, isDone })
        return void hosting.host.publishAtLeastOnce(topic, payload).then(
          () => answer(true),
          () => answer(false),
        )
      }
      case 'claim':
        return router.dispatch({ type: 'claimed', id: message.id, tab: message.tab })
      case 'acknowledge':
        return router.dispatch({ type: 'acknowledged', id: message.id, tab: message.tab })
      case 'announce':
        return router.dispatch({ type: 'announced' })
    }
  }

  function handleConnection(connection: ConnectionState): void {
    if (mode.type !== 'leading') return
    // The session of this tab ends with its leadership. The features live on.
    if (connection.type === 'closed') return stand({ type: 'apart' })
    const { type: state } = connection
    if (state === mode.state) return
    mode = { ...mode, state }
    meeting.post({ type: 'connection', term: mode.term, state })
    if (state === 'connecting' || state === 'waiting') router.dispatch({ type: 'reset' })
    attached.handleConnection(connection)
  }

  return {
    apis: attached.apis,
    features: {
      ...attached.features,
      isIdle: () => hosting.isIdle() && router.isIdle(),
      handleMessage: router.add,
      handleState: (state) => handleConnection(connectionOf(state)),
    },
    lead(channel) {
      meeting.enter()
      const term = 'missing' in tabs ? own : tabs.newId()
      stand({ type: 'leading', term, channel, state: 'connecting' })
      meeting.post({ type: 'connection', term, state: 'connecting' })
    },
    handleRole(role, error) {
      if (role.type === 'joining' || role.type === 'closed') {
        stand({ type: 'apart' })
        meeting.leave()
      }
      if (role.type === 'closed') attached.handleConnection({ type: 'closed', ...(error && { error }) })
      if (role.type === 'follower') {
        meeting.enter()
        meeting.post({ type: 'ask' })
      }
    },
    close: attached.close,
  }
}
