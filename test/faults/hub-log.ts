import type { House } from './house.ts'

/** A telemetry message that the hub has stored. */
export interface Arrival {
  readonly n: number
  readonly messageId: string | undefined
  readonly connection: number
}

/** A method call that the hub has sent. */
export interface SentCall {
  readonly topic: string
  readonly body: string
  readonly connection: number
}

/** A cloud-to-device message that the device has acknowledged. */
export interface Completed {
  readonly n: number
  readonly atInMs: number
}

/** The hub's view of a device, over its restarts. */
export interface HubLog {
  /** The number of connections of the identity so far. */
  readonly connection: number
  /** Whether this connection is the hub's. Between two connections, it is not. */
  readonly isConnected: boolean
  readonly telemetry: readonly Arrival[]
  readonly calls: readonly SentCall[]
  /** The cloud-to-device messages with PUBACK. */
  readonly completed: readonly Completed[]
  close(): void
}

export function openHubLog(house: House, deviceId: string): HubLog {
  const telemetry: Arrival[] = []
  const calls: SentCall[] = []
  const completed: Completed[] = []
  let connection = 0
  let isConnected = false
  const close = house.listen((event) => {
    if (event.deviceId !== deviceId) return
    switch (event.type) {
      case 'connected':
        connection++
        isConnected = true
        return
      case 'disconnected':
        isConnected = false
        return
      case 'telemetry': {
        const messageId = event.systemProperties['message-id']
        const { n } = JSON.parse(Buffer.from(event.body).toString()) as { readonly n: number }
        telemetry.push({ n, messageId: typeof messageId === 'string' ? messageId : undefined, connection })
        return
      }
      case 'method-sent':
        calls.push({
          topic: `$iothub/methods/POST/${event.methodName}/?$rid=${event.rid}`,
          body: Buffer.from(event.body).toString(),
          connection,
        })
        return
      case 'cloud-message':
        if (event.state !== 'completed') return
        completed.push({ n: Number(event.messageId.slice(1)), atInMs: performance.now() })
        return
      default:
        return
    }
  })
  return {
    get connection() {
      return connection
    },
    get isConnected() {
      return isConnected
    },
    telemetry,
    calls,
    completed,
    close,
  }
}
