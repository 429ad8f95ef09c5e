import type { ConnectionState } from '../device/feature.ts'
import type { FeatureMessage } from '../session/features.ts'
import type { DeviceMessage } from './device-messages.ts'
import { DETACHED, type Leading, setMode, type TabParts } from './parts.ts'

/** Handles a message of another tab, in the tab that leads. */
export function handleAsLeader(
  { tabChannel, hosting, router }: TabParts,
  message: DeviceMessage,
  { term, channel, state }: Leading,
): void {
  if (message.type === 'ask') return tabChannel.post({ type: 'connection', term, state })
  if (!('term' in message) || message.term !== term) return
  switch (message.type) {
    case 'publish': {
      const { tab, id, topic, payload } = message
      if (!message.isQos1) return channel.publish(topic, payload)
      const respond = (isDone: boolean): void => tabChannel.post({ type: 'published', tab, term, id, isDone })
      return void hosting.host.publishAtLeastOnce(topic, payload).then(
        () => respond(true),
        () => respond(false),
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

/** Passes a message of the hub to the tab that has claimed it. */
export function deliverTo(
  { own, mode, tabChannel, attached }: TabParts,
  id: number,
  tab: string,
  message: FeatureMessage,
  acknowledge: () => void,
): void {
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
  tabChannel.post({ type: 'deliver', tab, term: mode.term, id, content })
}

/** Follows the session of this tab, and shows its connection to the other tabs. */
export function handleOwnConnection(parts: TabParts, connection: ConnectionState): void {
  const { mode, tabChannel, router, attached } = parts
  if (mode.type !== 'leading') return
  // The session ends with the leadership of this tab. Its features live on.
  if (connection.type === 'closed') return setMode(parts, DETACHED)
  const { type: state } = connection
  if (state === mode.state) return
  parts.mode = { ...mode, state }
  tabChannel.post({ type: 'connection', term: mode.term, state })
  if (state === 'connecting' || state === 'waiting') router.dispatch({ type: 'reset' })
  attached.handleConnection(connection)
}
