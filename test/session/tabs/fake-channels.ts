import type { Tabs } from '../../../core/src/tabs/tabs.ts'

interface Message {
  readonly type: string
}

interface Channel {
  readonly name: string
  readonly owner: ChannelOwner
  readonly receive: (data: unknown) => void
}

/** The state of a tab that its channels need. */
export interface ChannelOwner {
  /** `true` loses every message to the tab. */
  deaf: boolean
  /** The messages that the tab posts late, while it delays them. */
  delayed: (() => void)[] | undefined
  /** The messages that the tab receives late, while it stalls. */
  stalled: (() => void)[] | undefined
  crashed: boolean
}

/** Channels like BroadcastChannel: the messages of a sender arrive in order. */
export interface FakeChannels {
  /** All messages so far. */
  readonly posted: readonly Message[]
  open(owner: ChannelOwner, ...request: Parameters<Tabs['openChannel']>): ReturnType<Tabs['openChannel']>
  /** Closes every channel of an owner. */
  closeAll(owner: ChannelOwner): void
}

export function createFakeChannels(): FakeChannels {
  const posted: Message[] = []
  const channels = new Set<Channel>()

  function send(sender: Channel, data: Message): void {
    for (const other of [...channels]) {
      if (other === sender || other.name !== sender.name) continue
      queueMicrotask(() => {
        if (channels.has(other) && !other.owner.deaf) other.receive(structuredClone(data))
      })
    }
  }

  return {
    posted,
    open(owner, name, onMessage) {
      const channel: Channel = {
        name,
        owner,
        receive(data) {
          if (owner.stalled === undefined) onMessage(data)
          else owner.stalled.push(() => channels.has(channel) && onMessage(data))
        },
      }
      channels.add(channel)
      return {
        post(message) {
          if (owner.crashed) return
          const data = structuredClone(message) as Message
          posted.push(data)
          if (owner.delayed === undefined) send(channel, data)
          else owner.delayed.push(() => send(channel, data))
        },
        close: () => channels.delete(channel),
      }
    },
    closeAll(owner) {
      for (const channel of [...channels]) if (channel.owner === owner) channels.delete(channel)
    },
  }
}
