import { checkIdle, type Connection, connectionClosed, observePublish, publish } from './connection.ts'
import type { Channel } from './features.ts'

/** The port from the features of a device to its connection. */
export function createChannel(connection: Connection): Channel {
  const { options, dispatch } = connection
  return {
    publish: (topic, payload) => publish(connection, topic, payload),
    publishAtLeastOnce(topic, payload) {
      const { wire } = connection
      if (wire?.publishAtLeastOnce === undefined) return Promise.reject(connectionClosed())
      observePublish(options, topic, payload)
      return wire.publishAtLeastOnce(topic, payload)
    },
    checkIdle: () => checkIdle(connection),
    abandon: (error) => dispatch({ type: 'down', error }),
    observe: options.observe,
  }
}
