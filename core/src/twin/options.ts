import { checkCount, checkOptionNames, checkStorage } from '../protocol/checks.ts'
import { completeEndpoint, webSocketEndpoint } from '../protocol/endpoint.ts'
import type { DeviceIdentity } from '../protocol/identity.ts'
import { typeName } from '../protocol/json.ts'
import type { SessionSettings } from '../protocol/machine-states.ts'
import { isModelId } from '../protocol/model-id.ts'
import type { TwinObservation } from '../session/observation.ts'
import type { TwinStorage } from '../session/storage.ts'
import type { WakeSource } from '../session/wake-source.ts'
import { checkSignal } from './listening/wait.ts'

/**
 * All options are optional. `undefined` means the default.
 * @example
 * ```ts
 * import { openTwin, type TwinOptions } from 'hubtwin'
 *
 * const onSlowNetworks: TwinOptions = { connectTimeoutInMs: 60_000, requestTimeoutInMs: 90_000 }
 * const twin = openTwin(process.env.IOTHUB_DEVICE_CONNECTION_STRING ?? '', onSlowNetworks)
 * await twin.close()
 * ```
 */
export interface TwinOptions {
  /**
   * The deadline of a request and of the first sync. Without a response by then, the request counts
   * as lost.
   * @default 30000
   */
  readonly requestTimeoutInMs?: number | undefined
  /**
   * The deadline of a token request, and then of a connection attempt.
   * @default 20000
   */
  readonly connectTimeoutInMs?: number | undefined
  /**
   * MQTT keep-alive, from 1 to 1177: the silence after which a ping tells the hub that the device
   * is there. A page uses at least 120.
   *
   * The hub waits half as long again, at most 1767 s. The timers of a hidden page fire once a
   * minute, and with a shorter interval the hub would end the connection. A worker uses any value.
   * @default 180
   */
  readonly keepaliveInSeconds?: number | undefined
  /**
   * Whether the first packets leave without waiting for the responses before them.
   *
   * That saves two round trips with `hubtwin/light` and a round trip with `hubtwin`. MQTT 3.1.1
   * §3.1.4 allows it. If a hub closes the connection because of it, the twin turns it off. `false`
   * saves that first attempt.
   * @default true
   * @see "Pipelining" in the README
   */
  readonly pipelining?: boolean | undefined
  /**
   * The longest wait before the second attempt. It doubles with each failure, up to
   * `maxRetryDelayInMs`. Each wait is a random time up to it.
   * @default 1000
   */
  readonly retryDelayInMs?: number | undefined
  /**
   * The longest wait before any attempt.
   * @default 60000
   */
  readonly maxRetryDelayInMs?: number | undefined
  /**
   * The time that a connection must last before the waits start small again.
   * @default 30000
   */
  readonly minUptimeInMs?: number | undefined
  /**
   * The time between the renewal of a token and its expiry, at most half of the token's life.
   * @default 900
   */
  readonly renewMarginInSeconds?: number | undefined
  /**
   * The address to connect to, if it is not the hub itself: a gateway, a device host name, or a
   * local hub. A `wss:` URL, or a `ws:` URL of this machine. The path defaults to the hub's,
   * `/$iothub/websocket?iothub-no-client-cert=true`.
   * @default the address of the connection string
   */
  readonly endpoint?: string | undefined
  /**
   * The DTMI of the device's model, such as `dtmi:com:example:Thermostat;1`.
   *
   * The hub shows it to services as the twin's `modelId` ("IoT Plug and Play conventions", identify
   * the model; docs/protocol/device.md §10.1). The functions of `hubtwin/plug-and-play` build the
   * patches of such a device.
   * @default none
   * @see "IoT Plug and Play" in the README
   */
  readonly modelId?: string | undefined
  /**
   * The deadline of the liveness check after a wake. Also the time that a follower waits for the
   * leader tab.
   * @default 5000
   */
  readonly wakeTimeoutInMs?: number | undefined
  /**
   * An extra source of wake and sleep events, added to the events of the page or worker.
   * @default none
   */
  readonly wakeSource?: WakeSource | undefined
  /**
   * Keeps unconfirmed reports over a restart. The twin sends them before all others.
   * @see "Storage" in the README
   */
  readonly reportStorage?: TwinStorage | undefined
  /**
   * Gets every packet, state, and token request, without secrets, for a timeline or a test. It also
   * gets the errors of your storage, and of your handlers of methods and messages, which go to the
   * console otherwise. An error of a listener is an unhandled error.
   * @default none
   */
  readonly observer?: ((observation: TwinObservation) => void) | undefined
  /** Aborting it closes the twin. */
  readonly signal?: AbortSignal | undefined
}

export interface CheckedOptions extends SessionSettings {
  readonly keepaliveInSeconds: number
  readonly endpoint: string
  readonly modelId: string | undefined
  readonly wakeSource: WakeSource | undefined
  readonly reportStorage: TwinStorage | undefined
  readonly observer: ((observation: TwinObservation) => void) | undefined
  readonly signal: AbortSignal | undefined
}

type NumberName = {
  [Name in keyof TwinOptions]-?: TwinOptions[Name] extends number | undefined ? Name : never
}[keyof TwinOptions]

/** The default, the minimum, and the maximum. */
const NUMBERS: { readonly [Name in NumberName]: readonly [number, number, number?] } = {
  requestTimeoutInMs: [30_000, 1],
  connectTimeoutInMs: [20_000, 1],
  keepaliveInSeconds: [180, 1, 1177],
  retryDelayInMs: [1000, 0],
  maxRetryDelayInMs: [60_000, 0],
  minUptimeInMs: [30_000, 0],
  renewMarginInSeconds: [900, 0],
  wakeTimeoutInMs: [5000, 1],
}

/** The types of the other options, except for two. */
const TYPES = {
  endpoint: 'string',
  modelId: 'string',
  pipelining: 'boolean',
  wakeSource: 'function',
  observer: 'function',
} as const satisfies { readonly [Name in Exclude<keyof TwinOptions, NumberName | 'reportStorage' | 'signal'>]: string }

const NAMES: readonly string[] = [...Object.keys(NUMBERS), ...Object.keys(TYPES), 'reportStorage', 'signal']

/**
 * @throws TypeError for an unknown option or one of a wrong type
 * @throws RangeError for a number out of its range
 * @throws SyntaxError for an endpoint that is not a valid URL, or a model ID that is not a DTMI
 */
export function checkOptions(options: TwinOptions, identity: DeviceIdentity): CheckedOptions {
  checkOptionNames(options, NAMES, ', and use for openDevice')
  for (const [name, type] of Object.entries(TYPES)) {
    const value = options[name as keyof typeof TYPES]
    if (value !== undefined && typeof value !== type) {
      throw new TypeError(`options.${name} is ${typeName(value)}, not a ${type}`)
    }
  }
  const { endpoint, modelId, pipelining = true, signal, wakeSource, observer, reportStorage } = options
  if (modelId !== undefined && !isModelId(modelId)) {
    throw new SyntaxError(
      `options.modelId is ${JSON.stringify(modelId)}, not a DTMI such as dtmi:com:example:Thermostat;1`,
    )
  }
  checkSignal(signal)
  checkStorage('options.reportStorage', reportStorage)
  const numbers = Object.entries(NUMBERS).map(([name, [byDefault, min, max]]) => [
    name,
    checkCount(`options.${name}`, options[name as NumberName] ?? byDefault, min, max),
  ])
  return {
    ...(Object.fromEntries(numbers) as { readonly [Name in NumberName]: number }),
    ...{ modelId, pipelining, signal, wakeSource, observer, reportStorage },
    endpoint: endpoint === undefined ? webSocketEndpoint(identity.hostName) : completeEndpoint(endpoint),
  }
}
