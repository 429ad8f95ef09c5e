import mqtt from 'mqtt'
import { DISCONNECT, encodePuback } from '../protocol/mqtt-encode.ts'
import type { DeviceWire, WireEvent, WireRequest } from '../session/wire.ts'
import { lostEvent, refusedFilterEvent, unacknowledged } from './wire-errors.ts'

/** Long enough for a DISCONNECT to leave, short enough for an app that waits for it. */
const CLOSE_TIMEOUT_IN_MS = 1000

const isNative = 'WebSocket' in globalThis

/**
 * Opens a wire over mqtt.js. Each mqtt.js client serves a single connection, because its own
 * reconnecting resends before it subscribes, and uses the password of the first attempt.
 */
export function openMqttWire(request: WireRequest, onEvent: (event: WireEvent) => void): DeviceWire {
  let socket: WebSocket | undefined
  const client = connect(request, (opened) => {
    socket = opened
  })
  /** The packets that wait for CONNACK; `undefined` after it. */
  let early: (() => void)[] | undefined = []
  let over = false
  let cause: Error | undefined
  const rejections = new Set<() => void>()

  function emit(event: WireEvent): void {
    if (!over) onEvent(event)
  }

  function end(event?: WireEvent): void {
    if (event !== undefined) emit(event)
    over = true
    for (const reject of rejections) reject()
  }

  /** mqtt.js keeps a message of a closed connection forever, so a closed client gets none. */
  function whenUp(send: () => void): void {
    if (early !== undefined) early.push(send)
    else if (client.connected && !over) send()
  }

  client.on('connect', () => {
    emit({ type: 'up' })
    const first = early ?? []
    early = undefined
    for (const send of first) whenUp(send)
  })
  watchSubscriptions(client, (event) => (event.type === 'down' ? end(event) : emit(event)))
  // After an error mqtt.js reads the next packet and sends no PUBACK: the app decides when PUBACK
  // leaves.
  client.handleMessage = ({ qos }, done) => done(qos === 0 ? undefined : new Error('The app acknowledges'))
  client.on('message', (topic, payload, { qos, messageId: packetId = 0, dup: isDuplicate }) => {
    if (qos === 0) return emit({ type: 'message', topic, payload })
    const acknowledge = (): void => whenUp(() => client.stream.write(encodePuback(packetId)))
    emit({ type: 'message', topic, payload, packetId, isDuplicate, acknowledge })
  })
  client.on('error', (error) => {
    cause = error
    const code = connackCode(error)
    if (code !== undefined) end({ type: 'refused', code })
  })
  client.on('close', () => end(lostEvent(request.url, early === undefined ? 'up' : 'nothing', cause)))

  return {
    subscribe(filters) {
      whenUp(() => client.subscribe(Object.fromEntries(filters.map(({ topic, qos }) => [topic, { qos }]))))
    },
    unsubscribe(filters) {
      whenUp(() => client.unsubscribe([...filters]))
    },
    publish(topic, payload) {
      whenUp(() => client.publish(topic, asMqttPayload(payload), { qos: 0 }))
    },
    publishAtLeastOnce(topic, payload) {
      return new Promise((resolve, reject) => {
        if (over) return reject(unacknowledged())
        const fail = (): void => reject(unacknowledged())
        rejections.add(fail)
        whenUp(() => {
          client.publish(topic, asMqttPayload(payload), { qos: 1 }, (error) => {
            rejections.delete(fail)
            if (error) fail()
            else resolve()
          })
        })
      })
    },
    close() {
      end()
      if (early !== undefined || !client.connected) return endByForce(client)
      if (socket === undefined) return disconnect(client)
      // A page that the user leaves has only this turn, and mqtt.js sends DISCONNECT in a later
      // turn.
      if (socket.readyState === WebSocket.OPEN) socket.send(DISCONNECT)
      socket.close()
      return endByForce(client)
    },
  }
}

/**
 * Follows the packets, because subscribe() calls back a turn later, after a document from the same
 * frame.
 */
function watchSubscriptions(client: mqtt.MqttClient, onEvent: (event: WireEvent) => void): void {
  const subscriptions = new Map<number | undefined, { readonly filters: readonly string[]; readonly sentAt: number }>()
  client.on('packetsend', (packet) => {
    if (packet.cmd !== 'subscribe') return
    const filters = packet.subscriptions.map(({ topic }) => topic)
    subscriptions.set(packet.messageId, { filters, sentAt: performance.now() })
  })
  client.on('packetreceive', (packet) => {
    if (packet.cmd !== 'suback') return
    const subscription = subscriptions.get(packet.messageId)
    subscriptions.delete(packet.messageId)
    if (subscription === undefined) return
    const { filters, sentAt } = subscription
    const refused = filters[packet.granted.indexOf(0x80)]
    if (refused !== undefined) onEvent(refusedFilterEvent(refused))
    else onEvent({ type: 'subscribed', filters, roundTripInMs: performance.now() - sentAt })
  })
}

/** @param onSocket gets the WebSocket of the runtime, where it has one */
function connect(request: WireRequest, onSocket: (socket: WebSocket) => void): mqtt.MqttClient {
  return mqtt.connect(request.url, {
    clientId: request.clientId,
    username: request.userName,
    password: request.password,
    keepalive: request.keepaliveInSeconds,
    protocolVersion: 4,
    clean: !request.isPersistent,
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    // The page's own timers: a strict Content-Security-Policy forbids mqtt.js's worker from a blob:
    // URL. A hidden page fires them up to a minute late, and the hub allows half a keep-alive more.
    timerVariant: 'native',
    // mqtt.js applies the value of a process's first connection to all, so it must not vary.
    forceNativeWebSocket: isNative,
    ...(isNative && {
      createWebsocket(url: string, protocols: string[]) {
        const socket = new WebSocket(url, protocols)
        onSocket(socket)
        return socket
      },
    }),
  })
}

/** Skips mqtt.js's wait for acknowledgments, which lasts up to the deadline. */
function disconnect(client: mqtt.MqttClient): Promise<void> {
  return new Promise<void>((resolve) => {
    const deadline = setTimeout(() => resolve(), CLOSE_TIMEOUT_IN_MS)
    client.once('close', () => {
      clearTimeout(deadline)
      resolve()
    })
    client.stream.end(DISCONNECT)
  }).then(() => endByForce(client))
}

function endByForce(client: mqtt.MqttClient): Promise<void> {
  return new Promise((resolve) => {
    const deadline = setTimeout(() => {
      // A second end() does nothing, and the socket would wait half a minute for the close frame.
      client.stream.destroy()
      resolve()
    }, CLOSE_TIMEOUT_IN_MS)
    client.end(true, () => {
      clearTimeout(deadline)
      resolve()
    })
  })
}

/** The types of mqtt.js want a Buffer; any Uint8Array will do. */
function asMqttPayload(payload: string | Uint8Array): string | Buffer {
  return payload as string | Buffer
}

/**
 * The return code of CONNACK (MQTT 3.1.1 §3.2.2.3) in an error of mqtt.js. Socket errors have a
 * text as code.
 */
function connackCode(error: Error): number | undefined {
  const { code } = error as { code?: unknown }
  return typeof code === 'number' ? code : undefined
}
