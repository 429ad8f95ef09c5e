import type { LiveConnection } from '../device/feature.ts'
import type { DeviceMessage } from './device-messages.ts'
import { announce, setMode, type TabParts } from './parts.ts'

/** Follows the connection of a leader, in a tab that does not lead. */
export function followConnection(parts: TabParts, term: string, state: LiveConnection): void {
  const { mode, attached } = parts
  if (mode.type !== 'following' || mode.term !== term) {
    setMode(parts, { type: 'following', term })
    announce(parts)
  }
  attached.handleConnection({ type: state })
}

/** Handles a message of the leader that this tab follows. */
export function handleAsFollower({ own, tabChannel, remote, attached }: TabParts, message: DeviceMessage): void {
  switch (message.type) {
    case 'published':
      return message.tab === own ? remote.settle(message.id, message.isDone) : undefined
    case 'offer': {
      const { term, id, topic } = message
      if (tabChannel.isPresent && attached.wants(topic)) tabChannel.post({ type: 'claim', tab: own, term, id })
      return
    }
    case 'deliver': {
      const { tab, term, id, content } = message
      if (tab !== own) return
      const acknowledge = (): void => tabChannel.post({ type: 'acknowledge', tab, term, id })
      return attached.features.handleMessage({
        ...content,
        text: new TextDecoder().decode(content.payload),
        ...(content.packetId !== undefined && { acknowledge }),
      })
    }
  }
}
