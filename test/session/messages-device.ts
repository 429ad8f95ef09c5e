import type { Feature } from '../../core/src/device/feature.ts'
import { messages, type Messages, type MessagesOptions, type ReceivedMessage } from '../../core/src/messages/index.ts'
import type { TwinOptions } from '../../core/src/twin/options.ts'
import { settle } from './fake-clock.ts'
import { openReadyDevice, type ScriptedDevice } from './open-scripted-device.ts'
import type { ScriptedHub } from './scripted-hub.ts'

export type WithMessages = ScriptedDevice<{ messages: Feature<Messages> }>

export const openReady = (options?: MessagesOptions, ofTwin?: TwinOptions): Promise<WithMessages> =>
  openReadyDevice({ messages: messages(options) }, ofTwin)

export interface Delivery {
  readonly text: string
  readonly bag?: string
  /** Without it, the message has QoS 0, and no PUBACK follows. */
  readonly packetId?: number
  readonly isDuplicate?: boolean
}

/** The packet identifiers of the PUBACKs, with the number of their connection. */
export type Pubacks = string[]

/** Delivers a message over the newest connection. */
export async function deliver(
  { hub }: { readonly hub: ScriptedHub },
  pubacks: Pubacks,
  { text, bag = '', packetId, isDuplicate }: Delivery,
): Promise<void> {
  const connection = hub.wires.length
  hub.wire.emit({
    type: 'message',
    topic: `devices/device1/messages/devicebound/${bag}`,
    payload: new TextEncoder().encode(text),
    ...(isDuplicate !== undefined && { isDuplicate }),
    ...(packetId !== undefined && {
      packetId,
      // A wire of an ended connection sends nothing.
      acknowledge: () => void (hub.wires.length === connection && pubacks.push(`${connection}: ${packetId}`)),
    }),
  })
  await settle()
}

/** A handler that a test finishes. */
export interface DeferredHandler {
  readonly received: ReceivedMessage[]
  readonly texts: () => string[]
  handler(message: ReceivedMessage): Promise<void>
  accept(): Promise<void>
  fail(): Promise<void>
}

/** Opens a device whose messages go to a handler that the test finishes. */
export async function openListening(): Promise<
  DeferredHandler & { readonly scripted: WithMessages; readonly pubacks: Pubacks }
> {
  const scripted = await openReady()
  const deferredHandler = deferred()
  scripted.device.messages.listen(deferredHandler.handler)
  return { scripted, pubacks: [], ...deferredHandler }
}

export function deferred(): DeferredHandler {
  const received: ReceivedMessage[] = []
  const open: { resolve(): void; reject(error: Error): void }[] = []
  return {
    received,
    texts: () => received.map(({ text, isRedelivered }) => `${text}${isRedelivered ? ' again' : ''}`),
    handler(message) {
      received.push(message)
      return new Promise((resolve, reject) => open.push({ resolve, reject }))
    },
    accept() {
      open.shift()?.resolve()
      return settle()
    },
    fail() {
      open.shift()?.reject(new Error('failed'))
      return settle()
    },
  }
}
