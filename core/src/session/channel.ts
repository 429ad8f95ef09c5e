import { type Connection, connectionClosed, observePublish } from './connection.ts'
import type { Channel } from './features.ts'

/** The port from the features of a device to its connection. */
export function createChannel({ wire, observe, publish, checkIdle, abandon }: Connection): Channel {
  return {
    publish,
    publishAtLeastOnce(topic, payload) {
      const open = wire()
      if (open?.publishAtLeastOnce === undefined) return Promise.reject(connectionClosed())
      observePublish(observe, topic, payload)
      return open.publishAtLeastOnce(topic, payload)
    },
    checkIdle,
    abandon,
    observe,
  }
}
