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

/** The hub's view of a device, over its restarts. */
export interface HubLog {
  /** The number of connections of the identity so far. */
  readonly connection: number
  readonly telemetry: readonly Arrival[]
  readonly calls: readonly SentCall[]
  close(): void
}

export function openHubLog(house: House, deviceId: string): HubLog {
  const telemetry: Arrival[] = []
  const calls: SentCall[] = []
  let connection = 0
  const close = house.listen((event) => {
    if (event.deviceId !== deviceId) return
    switch (event.type) {
      case 'connected':
        connection++
        return
      case 'telemetry': {
        const messageId = event.systemProperties['message-id']
        const { n } = JSON.parse(Buffer.from(event.body).toString()) as { readonly n: number }
        telemetry.push({ n, messageId: messageId === undefined ? undefined : String(messageId), connection })
        return
      }
      case 'method-sent':
        calls.push({
          topic: `$iothub/methods/POST/${event.methodName}/?$rid=${event.rid}`,
          body: Buffer.from(event.body).toString(),
          connection,
        })
        return
      default:
        return
    }
  })
  return {
    get connection() {
      return connection
    },
    telemetry,
    calls,
    close,
  }
}
