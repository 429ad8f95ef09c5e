import type { RawData, WebSocket } from 'ws'

/**
 * The error for an AMQP client. It names the alternatives: MQTT for devices, HTTP for back ends.
 */
export const AMQP_IS_MISSING: string =
  'This hub has no AMQP. Connect devices with MQTT, and send cloud-to-device messages with ' +
  'POST /devices/{id}/messages/devicebound'

/** After this time, the hub destroys the socket of a peer that does not close its side. */
const GOODBYE_IN_MS = 5000
/** More bytes than a client sends before the hub refuses it. */
const MAX_FRAME_BYTES = 64 * 1024

const HEADER_BYTES = 8
const FRAME_TYPES = { amqp: 0, sasl: 1 } as const
/** Descriptors of performatives (OASIS AMQP 1.0, parts 2 and 5). */
const CODES = { open: 0x10, close: 0x18, error: 0x1d, mechanisms: 0x40, outcome: 0x44 } as const

/**
 * Refuses an AMQP client in AMQP: opens the connection and closes it with `amqp:not-implemented`.
 *
 * The official SDKs give up at that condition and report its text. If the hub refused the upgrade,
 * they would silently retry for four minutes, whatever the status (azure-iothub 1.16.6:
 * `translateError`, `DefaultErrorFilter`).
 */
export function refuseAmqp(webSocket: WebSocket): void {
  let received = Buffer.alloc(0)
  let isOpen = false
  const timer = setTimeout(() => webSocket.terminate(), GOODBYE_IN_MS)
  webSocket.on('close', () => clearTimeout(timer))
  webSocket.on('error', () => webSocket.terminate())
  webSocket.on('message', (data: RawData) => {
    received = Buffer.concat([received, ...(Array.isArray(data) ? data : [Buffer.from(data as Buffer)])])
    while (received.length >= HEADER_BYTES && webSocket.readyState === webSocket.OPEN) {
      const isHeader = received.toString('latin1', 0, 4) === 'AMQP'
      const size = isHeader ? HEADER_BYTES : received.readUInt32BE()
      if (size < HEADER_BYTES || size > MAX_FRAME_BYTES) return webSocket.terminate()
      if (received.length < size) return
      answer(received.subarray(0, size), isHeader)
      received = received.subarray(size)
    }
  })

  function answer(unit: Buffer, isHeader: boolean): void {
    if (isHeader) {
      webSocket.send(unit)
      if (unit[4] === 3) webSocket.send(frame(FRAME_TYPES.sasl, performative(CODES.mechanisms, symbol('ANONYMOUS'))))
    } else if (unit[5] === FRAME_TYPES.sasl) {
      webSocket.send(frame(FRAME_TYPES.sasl, performative(CODES.outcome, Buffer.from([0x50, 0]))))
    } else if (!isOpen) {
      isOpen = true
      const error = performative(CODES.error, symbol('amqp:not-implemented'), text(AMQP_IS_MISSING))
      webSocket.send(frame(FRAME_TYPES.amqp, performative(CODES.open, text('hubtwin-emulator'))))
      webSocket.send(frame(FRAME_TYPES.amqp, performative(CODES.close, error)))
    } else if (unit[10] === CODES.close) webSocket.close()
  }
}

function frame(type: number, body: Buffer): Buffer {
  const head = Buffer.from([0, 0, 0, 0, 2, type, 0, 0])
  head.writeUInt32BE(head.length + body.length)
  return Buffer.concat([head, body])
}

/** A described list in its short form, for up to 255 bytes. */
function performative(code: number, ...fields: readonly Buffer[]): Buffer {
  const content = Buffer.concat(fields)
  return Buffer.concat([Buffer.from([0, 0x53, code, 0xc0, content.length + 1, fields.length]), content])
}

function symbol(value: string): Buffer {
  return Buffer.concat([Buffer.from([0xa3, value.length]), Buffer.from(value, 'latin1')])
}

function text(value: string): Buffer {
  return Buffer.concat([Buffer.from([0xa1, Buffer.byteLength(value)]), Buffer.from(value)])
}
