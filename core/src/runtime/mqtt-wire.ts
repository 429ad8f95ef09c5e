import mqtt from 'mqtt'
import { TwinError } from '../errors.ts'
import type { Wire, WireEvent, WireRequest } from '../session/wire.ts'

/** Long enough for a DISCONNECT to leave, short enough for an app that waits for it. */
const CLOSE_TIMEOUT_IN_MS = 1000

const isNative = 'WebSocket' in globalThis

/** MQTT 3.1.1 §3.14 */
const DISCONNECT = new Uint8Array([0xe0, 0])

/**
 * A wire over mqtt.js, which is used for one connection and then thrown away: its own reconnecting would resend before
 * it subscribes, and with the password of the first attempt.
 */
export function openMqttWire(request: WireRequest, onEvent: (event: WireEvent) => void): Wire {
  let socket: WebSocket | undefined
  const client = mqtt.connect(request.url, {
    clientId: request.clientId,
    username: request.userName,
    password: request.password,
    keepalive: request.keepaliveInSeconds,
    protocolVersion: 4,
    // Patches missed while away come with the document, and a session kept by the hub would only delay the goodbye.
    clean: true,
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    // A timer of the page instead of a worker's from a blob: URL, which a strict Content-Security-Policy forbids. A
    // hidden page fires it up to a minute late, and the hub waits for half a keep-alive more.
    timerVariant: 'native',
    // mqtt.js takes this from the first connection of a process for all: it must not vary.
    forceNativeWebSocket: isNative,
    ...(isNative && {
      createWebsocket(url: string, protocols: string[]) {
        socket = new WebSocket(url, protocols)
        return socket
      },
    }),
  })
  let over = false
  let up = false
  let cause: Error | undefined

  function tell(event: WireEvent): void {
    if (!over) onEvent(event)
  }

  function end(event: WireEvent): void {
    tell(event)
    over = true
  }

  client.on('connect', () => {
    up = true
    tell({ type: 'up' })
  })
  client.on('message', (topic, payload) => tell({ type: 'message', topic, payload }))
  client.on('error', (error) => {
    cause = error
    const code = connackCode(error)
    if (code !== undefined) end({ type: 'refused', code })
  })
  client.on('close', () => {
    const [code, message] = up
      ? (['ERR_INTERRUPTED', 'Connection to the hub was lost'] as const)
      : (['ERR_UNREACHABLE', `Hub could not be reached at ${new URL(request.url).host}`] as const)
    const why = cause === undefined ? '' : ` (${systemCode(cause) ?? cause.message})`
    end({ type: 'down', error: new TwinError(code, message + why, cause === undefined ? {} : { cause }) })
  })

  return {
    subscribe(filters) {
      client.subscribe([...filters], { qos: 0 }, (error, granted) => {
        const refused = granted?.find(({ qos }) => qos >= 128)?.topic
        if (!error && refused === undefined) tell({ type: 'subscribed' })
        else if (client.connected) {
          end({
            type: 'down',
            error: new TwinError('ERR_PROTOCOL', 'Hub refused to subscribe the topics of the twin', { cause: error }),
          })
        }
      })
    },
    publish(topic, payload) {
      // mqtt.js would keep a message of a closed connection for ever.
      if (client.connected) client.publish(topic, payload, { qos: 0 })
    },
    close() {
      over = true
      if (socket === undefined) return endClient(client, !client.connected)
      // mqtt.js says goodbye in a later turn, which a page that is being put away does not have.
      if (up && socket.readyState === WebSocket.OPEN) socket.send(DISCONNECT)
      socket.close()
      return endClient(client, true)
    },
  }
}

/** Ends at a deadline in any case. Without force it says DISCONNECT, so that the hub publishes no will. */
function endClient(client: mqtt.MqttClient, force: boolean): Promise<void> {
  return new Promise((resolve) => {
    const deadline = setTimeout(() => {
      // A second end() does nothing, and the socket would wait half a minute for the goodbye of a hub that is not there.
      client.stream.destroy()
      resolve()
    }, CLOSE_TIMEOUT_IN_MS)
    client.end(force, () => {
      clearTimeout(deadline)
      resolve()
    })
  })
}

/** mqtt.js puts the return code of CONNACK (MQTT 3.1.1 §3.2.2.3) on its error; errors of a socket carry text there. */
function connackCode(error: Error): number | undefined {
  const { code } = error as { code?: unknown }
  return typeof code === 'number' ? code : undefined
}

/** `ECONNREFUSED`, `ENOTFOUND`, `UNABLE_TO_VERIFY_LEAF_SIGNATURE`: more telling than the sentence around it. */
function systemCode(error: Error): string | undefined {
  const { code } = error as { code?: unknown }
  return typeof code === 'string' && code !== '' ? code : undefined
}
