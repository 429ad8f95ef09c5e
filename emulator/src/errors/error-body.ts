import type { JsonObject } from '../formats/json.ts'
import type { Refusal } from './refusal.ts'

/** The fields that identify an error response: a tracking ID for the logs, and the time. */
export interface Occurrence {
  readonly trackingId: string
  readonly at: number
}

/**
 * The body of a failed twin request over MQTT (docs/protocol/protocol.md §4.3). `errorCode` is
 * never zero, because azure-iot-device treats a falsy code as success
 * (docs/protocol/protocol.md §7).
 *
 * The message has no `ErrorCode:…;` prefix as in REST. IoT Hub writes it like this to devices: see
 * azure-iot-sdk-node#590 (twins) and azure-iot-sdk-c#210 (the same body over AMQP).
 */
export function mqttErrorBody(refusal: Refusal, { trackingId, at }: Occurrence): JsonObject {
  return {
    errorCode: refusal.number,
    trackingId,
    message: refusal.message,
    timestampUtc: new Date(at).toISOString(),
  }
}

/**
 * The body of a failed registry or twin request over HTTPS: shape 1 of
 * docs/protocol/protocol.md §6.3 and the fields of the MQTT body. `message` is the whole text, and
 * `Message` the text that azure-iothub can read.
 */
export function restErrorBody(refusal: Refusal, occurrence: Occurrence): JsonObject {
  const prefix = `ErrorCode:${refusal.code};`
  return {
    Message: prefix + oneSegment(refusal.message),
    ExceptionMessage: `Tracking ID:${occurrence.trackingId}-TimeStamp:${americanTime(occurrence.at)}`,
    ...mqttErrorBody(refusal, occurrence),
    message: prefix + refusal.message,
  }
}

/**
 * The body of a failed direct method: shape 2 of docs/protocol/protocol.md §6.3, JSON within JSON.
 *
 * @param connectTimeoutInSeconds how long the call allowed the device to connect
 */
export function methodErrorBody(
  refusal: Refusal,
  { trackingId, at }: Occurrence,
  connectTimeoutInSeconds: number,
): JsonObject {
  const details = {
    errorCode: refusal.number,
    trackingId,
    message: refusal.message,
    info: { timeout: new Date(connectTimeoutInSeconds * 1000).toISOString().slice(11, 19) },
    timestampUtc: new Date(at).toISOString(),
  }
  return { Message: JSON.stringify(details), ExceptionMessage: '' }
}

/**
 * azure-iothub splits the message at semicolons and drops the third part
 * (docs/protocol/protocol.md §6.3). A comma replaces punctuation. A semicolon without a space after
 * it belongs to a value of the client, such as an ID. There, a comma would name another value, so
 * the escape of URLs replaces it.
 */
function oneSegment(text: string): string {
  return text.replaceAll(/;(?=\s|$)/g, ',').replaceAll(';', '%3B')
}

function americanTime(at: number): string {
  const time = new Date(at).toISOString()
  return `${time.slice(5, 7)}/${time.slice(8, 10)}/${time.slice(0, 4)} ${time.slice(11, 19)}`
}
