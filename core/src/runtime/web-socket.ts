import { type AnyWebSocket, openNodeSocket } from './node-socket.ts'

/** Long enough for a DISCONNECT to leave, short enough for an app that waits for it. */
const CLOSE_TIMEOUT_IN_MS = 1000

const EVENTS = ['open', 'message', 'error', 'close'] as const

/** A WebSocket that carries MQTT (MQTT 3.1.1 §6), in every runtime. */
export interface Socket {
  /** Call it after `onOpen`. On a closing socket it does nothing. */
  send(bytes: Uint8Array<ArrayBuffer>): void
  /** The number of sent bytes that the network has not accepted yet. */
  bufferedBytes(): number
  /** No event follows. Resolves when the socket is gone, or after a second. */
  close(): Promise<void>
}

export interface SocketEvents {
  onOpen(): void
  onData(data: Uint8Array | string): void
  /** @param cause the runtime's error; a page gets none */
  onEnd(cause?: Error): void
}

/**
 * Starts to connect. If the runtime has a WebSocket, everything happens within the caller's turns,
 * because a page that the user leaves gets no later turn.
 */
export function openSocket(url: string, { onOpen, onData, onEnd }: SocketEvents): Socket {
  let socket: AnyWebSocket | undefined
  let closing = false
  let cause: Error | undefined
  let finish: (() => void) | undefined
  let gone: Promise<void> | undefined

  function attach(opened: AnyWebSocket): void {
    socket = opened
    if (closing) socket.close()
    for (const type of EVENTS) socket.addEventListener(type, handle)
  }

  function handle(event: Event): void {
    const { type, target, data, error, message } = event as Event & Partial<MessageEvent> & Partial<ErrorEvent>
    switch (type) {
      case 'open':
        return closing ? undefined : onOpen()
      case 'message':
        if (!closing) onData(typeof data === 'string' || data instanceof Uint8Array ? data : new Uint8Array(data))
        return
      case 'error':
        cause = error instanceof Error ? error : message ? new Error(message) : undefined
        // Node 22 emits no `close` when it cannot connect, and the state remains CONNECTING.
        // Elsewhere, the state is CLOSED before the event (WebSockets Standard §4).
        if ((target as WebSocket).readyState === 0) end(cause)
        return
      case 'close':
        end(cause)
    }
  }

  function end(reason?: Error): void {
    finish?.()
    if (!closing) onEnd(reason)
    closing = true
  }

  if ('WebSocket' in globalThis) {
    const opened = new WebSocket(url, 'mqtt')
    opened.binaryType = 'arraybuffer'
    attach(opened)
  } else openNodeSocket(url).then(attach).catch(end)

  return {
    send(bytes) {
      if (socket?.readyState === 1) socket.send(bytes)
    },
    bufferedBytes: () => socket?.bufferedAmount ?? 0,
    close() {
      if (closing) return gone ?? Promise.resolve()
      closing = true
      gone = new Promise((resolve) => {
        const deadline = setTimeout(() => {
          socket?.terminate?.()
          resolve()
        }, CLOSE_TIMEOUT_IN_MS)
        finish = () => {
          clearTimeout(deadline)
          resolve()
        }
      })
      socket?.close()
      return gone
    },
  }
}
