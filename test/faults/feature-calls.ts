import { record } from './changes.ts'
import type { Asked, Play } from './play.ts'
import type { CallShape, SendShape } from './step.ts'

/** More than the queue of a plan's device has room for. */
const BURST = 12

/** More than the hub takes (docs/protocol/device.md §1.5). */
const TOO_LARGE = 256 * 1024

/** The least that the hub allows. */
const RESPONSE_TIMEOUT_IN_SECONDS = 5

export function sendTelemetry(play: Play, shape: SendShape): void {
  for (let count = shape === 'burst' ? BURST : 1; count > 0; count--) sendNext(play, shape)
}

/** @returns the record of the call */
export function sendNext({ client, log, ...play }: Play, shape: SendShape): Asked {
  const n = play.sends.length + 1
  const abort = new AbortController()
  if (shape === 'abort') setTimeout(() => abort.abort(new Error('no longer wanted')), 5)
  const sending = client.send?.(n, shape === 'too-large' ? TOO_LARGE : 0, abort.signal)
  if (sending === undefined) throw new Error('The client of this plan has no telemetry')
  // The value tells whether the hub has the message at the time of the PUBACK.
  const isAtHub = sending.then(() => log.telemetry.some((arrival) => arrival.n === n))
  return record({ client, log, ...play }, play.sends, shape, isAtHub)
}

/** @returns the record of the call, whose method has the name of the shape */
export function callMethod(play: Play, shape: CallShape, connectTimeoutInSeconds = 0): Asked {
  const call = {
    methodName: shape,
    payload: { n: play.calls.length + 1 },
    responseTimeoutInSeconds: RESPONSE_TIMEOUT_IN_SECONDS,
    connectTimeoutInSeconds,
  }
  return record(play, play.calls, shape, play.house.hub.invokeMethod(play.deviceId, call))
}

/** @returns the record of a cloud-to-device message that the hub queues */
export function sendMessage(play: Play): Asked {
  const n = play.messages.length + 1
  const queued = play.house.hub.sendToDevice(play.deviceId, { body: JSON.stringify({ n }), messageId: `m${n}` })
  return record(play, play.messages, 'message', queued)
}

/** The answers of the handlers, which are the same for each client. */
export const ANSWERS: Readonly<Record<CallShape, (n: number) => { status: number; payload: unknown }>> = {
  quick: (n) => ({ status: 200, payload: { n } }),
  slow: (n) => ({ status: 201, payload: { n } }),
  throw: () => ({ status: 500, payload: null }),
  unknown: () => ({ status: 404, payload: null }),
}

/** A slow handler takes long enough for a fault to happen meanwhile. */
export const SLOW_IN_MS = 40
