import { completeEndpoint, webSocketEndpoint } from '../protocol/endpoint.ts'
import type { DeviceIdentity } from '../protocol/identity.ts'
import { typeName } from '../protocol/json.ts'
import type { SessionSettings } from '../protocol/machine-states.ts'
import type { TwinObservation } from '../session/observation.ts'
import type { TwinStorage } from '../session/storage.ts'
import type { WakeSource } from '../session/wake-source.ts'

/** Each of them may be left out; `undefined` means the default. */
export interface TwinOptions {
  /**
   * How long a request may take before it counts as lost.
   * @default 30000
   */
  readonly requestTimeoutInMs?: number | undefined
  /**
   * How long a token may take to come, and then how long a connection may take to be there.
   * @default 20000
   */
  readonly connectTimeoutInMs?: number | undefined
  /**
   * After how much silence a ping tells the hub that the device is there, from 1 to 1177: the hub allows half as much again, up to 1767 s.
   * A page takes at least 120: while it is hidden, its timers fire once a minute, and the hub would end the connection.
   * A worker takes any value.
   * @default 180
   */
  readonly keepaliveInSeconds?: number | undefined
  /**
   * Whether the first packets leave without waiting for the answers before them, which saves two round trips with
   * `hubtwin/light` and one with `hubtwin`. MQTT 3.1.1 §3.1.4 allows it. A twin turns it off by itself for a hub that
   * closes the connection because of it; `false` saves that first attempt.
   * @default true
   */
  readonly pipelining?: boolean | undefined
  /**
   * The longest wait before the second attempt. The bound doubles with each failure up to `maxRetryDelayInMs`, and a
   * wait is anything from nothing to the bound.
   * @default 1000
   */
  readonly retryDelayInMs?: number | undefined
  /**
   * The longest wait before any attempt.
   * @default 60000
   */
  readonly maxRetryDelayInMs?: number | undefined
  /**
   * How long a connection has to last until the waits start small again.
   * @default 30000
   */
  readonly minUptimeInMs?: number | undefined
  /**
   * How long before its expiry a token is renewed; half its life at the most.
   * @default 900
   */
  readonly renewMarginInSeconds?: number | undefined
  /**
   * Where to connect, where that is not the hub itself: a gateway, a device host name, a hub on this machine. A
   * `wss:` URL, or `ws:` to this machine; without a path it gets the hub's.
   * @default the connection string's, else `wss://{hostName}/$iothub/websocket?iothub-no-client-cert=true`
   */
  readonly endpoint?: string | undefined
  /**
   * How long the hub may take to answer the question whether it is there, after the network came back or a page was
   * shown; and how long the tab that leads may, where tabs share a twin.
   * @default 5000
   */
  readonly wakeTimeoutInMs?: number | undefined
  /**
   * Who tells that the network is back or that the machine slept, beside the events of the page or worker where there
   * are any.
   * @default nobody else
   */
  readonly wakeSource?: WakeSource | undefined
  /** Keeps reports that the hub has not taken over a restart. What it holds goes out first. */
  readonly reportStorage?: TwinStorage | undefined
  /** Is told all that goes on at the connection; for a time-line or a test. */
  readonly observer?: ((observation: TwinObservation) => void) | undefined
  /** Aborting it closes the twin. */
  readonly signal?: AbortSignal | undefined
}

export interface CheckedOptions extends SessionSettings {
  readonly keepaliveInSeconds: number
  readonly endpoint: string
  readonly wakeSource?: WakeSource
  readonly reportStorage?: TwinStorage
  readonly observer?: (observation: TwinObservation) => void
  readonly signal?: AbortSignal
}

const NAMES: ReadonlySet<string> = new Set<keyof TwinOptions>([
  'requestTimeoutInMs',
  'connectTimeoutInMs',
  'keepaliveInSeconds',
  'pipelining',
  'retryDelayInMs',
  'maxRetryDelayInMs',
  'minUptimeInMs',
  'renewMarginInSeconds',
  'wakeTimeoutInMs',
  'wakeSource',
  'reportStorage',
  'observer',
  'endpoint',
  'signal',
])

/**
 * @throws TypeError for an unknown option or one of a wrong type
 * @throws RangeError for a number out of its range
 * @throws SyntaxError for an endpoint that is none
 */
export function checkOptions(options: TwinOptions, identity: DeviceIdentity): CheckedOptions {
  if (typeof options !== 'object' || options === null) throw new TypeError('options is not an object')
  const unknown = Object.keys(options).find((name) => !NAMES.has(name))
  if (unknown !== undefined)
    throw new TypeError(`options has an unknown "${unknown}"; known are ${[...NAMES].join(', ')}`)
  const { endpoint, wakeSource, reportStorage, observer, pipelining = true, signal } = options
  if (endpoint !== undefined && typeof endpoint !== 'string') throw new TypeError('options.endpoint is not a string')
  if (typeof pipelining !== 'boolean') {
    throw new TypeError(`options.pipelining is ${typeName(pipelining)}, not a boolean`)
  }
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw new TypeError('options.signal is not an AbortSignal')
  for (const [name, call] of Object.entries({ wakeSource, observer })) {
    if (call !== undefined && typeof call !== 'function') {
      throw new TypeError(`options.${name} is ${typeName(call)}, not a function`)
    }
  }
  for (const name of ['get', 'set', 'remove'] as const) {
    if (reportStorage !== undefined && typeof reportStorage?.[name] !== 'function') {
      throw new TypeError(`options.reportStorage has no function ${name}`)
    }
  }
  return {
    pipelining,
    requestTimeoutInMs: count(options, 'requestTimeoutInMs', 30_000, 1),
    connectTimeoutInMs: count(options, 'connectTimeoutInMs', 20_000, 1),
    keepaliveInSeconds: count(options, 'keepaliveInSeconds', 180, 1, 1177),
    retryDelayInMs: count(options, 'retryDelayInMs', 1000, 0),
    maxRetryDelayInMs: count(options, 'maxRetryDelayInMs', 60_000, 0),
    minUptimeInMs: count(options, 'minUptimeInMs', 30_000, 0),
    renewMarginInSeconds: count(options, 'renewMarginInSeconds', 900, 0),
    endpoint: endpoint === undefined ? webSocketEndpoint(identity.hostName) : completeEndpoint(endpoint),
    wakeTimeoutInMs: count(options, 'wakeTimeoutInMs', 5000, 1),
    ...(wakeSource !== undefined && { wakeSource }),
    ...(reportStorage !== undefined && { reportStorage }),
    ...(observer !== undefined && { observer }),
    ...(signal !== undefined && { signal }),
  }
}

type NumberName = {
  [Name in keyof TwinOptions]-?: TwinOptions[Name] extends number | undefined ? Name : never
}[keyof TwinOptions]

function count(
  options: TwinOptions,
  name: NumberName,
  byDefault: number,
  min: number,
  max: number = 2 ** 31 - 1,
): number {
  const value = options[name] ?? byDefault
  if (typeof value !== 'number') throw new TypeError(`options.${name} is ${typeName(value)}, not a number`)
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new RangeError(`options.${name} is ${value}; a whole number from ${min} to ${max} is needed`)
  }
  return value
}
