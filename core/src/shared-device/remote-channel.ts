import { TwinError } from '../errors.ts'
import type { Channel } from '../session/features.ts'

/** The connection of the leader, as another tab uses it. */
export interface RemoteChannel extends Channel {
  /** The leader has responded. */
  settle(id: number, isDone: boolean): void
  /** The leader or its connection has changed, so no response follows. */
  interrupt(): void
}

export interface RemoteChannelOptions extends Pick<Channel, 'observe'> {
  /** @returns `false` when there is no leader to send to */
  send(request: Publish): boolean
  /** The leader does not answer. */
  onSilence(): void
}

export interface Publish {
  readonly id: number
  readonly topic: string
  readonly payload: string | Uint8Array
  readonly isQos1: boolean
}

export function createRemoteChannel({ send, onSilence, observe }: RemoteChannelOptions): RemoteChannel {
  const open = new Map<number, { resolve(): void; reject(error: unknown): void }>()
  let lastId = 0

  return {
    publish: (topic, payload) => void send({ id: 0, topic, payload, isQos1: false }),
    publishAtLeastOnce: (topic, payload) =>
      new Promise((resolve, reject) => {
        const id = ++lastId
        open.set(id, { resolve, reject })
        if (send({ id, topic, payload, isQos1: true })) return
        open.delete(id)
        reject(interrupted())
      }),
    checkIdle() {},
    abandon: onSilence,
    observe,
    settle(id, isDone) {
      const publish = open.get(id)
      open.delete(id)
      if (isDone) publish?.resolve()
      else publish?.reject(interrupted())
    },
    interrupt() {
      const interruptedPublishes = [...open.values()]
      open.clear()
      for (const { reject } of interruptedPublishes) reject(interrupted())
    },
  }
}

function interrupted(): TwinError {
  return new TwinError('ERR_INTERRUPTED', 'Connection of the leader tab ended before the hub answered')
}
