import type { CutSide, Weather } from './proxy.ts'

/** A step of a plan: an event at the device, its hub, or the network. */
export type Step =
  /** The back end patches desired properties. There are few keys, so patches overlap. */
  | { readonly type: 'desired'; readonly shape: DesiredShape }
  | { readonly type: 'report'; readonly shape: 'set' | 'replace' | 'abort' }
  | { readonly type: 'refresh' }
  /** The app sends telemetry. `burst` exceeds the queue, `abort` ends the wait soon. */
  | { readonly type: 'send'; readonly shape: SendShape }
  /** The back end calls a direct method with the name of the shape. */
  | { readonly type: 'call'; readonly shape: CallShape }
  /** The back end sends a cloud-to-device message. */
  | { readonly type: 'message' }
  | { readonly type: 'wait'; readonly inMs: number }
  /**
   * The network works until the client is in sync, or for a short time. The next step then affects
   * a live connection.
   */
  | { readonly type: 'calm' }
  | { readonly type: 'weather'; readonly weather: Weather }
  | { readonly type: 'cut'; readonly side: CutSide }
  | HubStep
  | DeviceStep

export type DesiredShape = 'set' | 'nest' | 'delete' | 'replace'

/** `last` comes just before the close. */
export type SendShape = 'plain' | 'burst' | 'abort' | 'too-large' | 'last'

/** `unknown` has no handler. */
export type CallShape = 'quick' | 'slow' | 'throw' | 'unknown'

/** A fault of the hub, injected once or a few times. */
export type HubStep =
  | { readonly type: 'lose-answer' | 'delay-answer' | 'duplicate-answer' | 'throttle'; readonly times: number }
  | { readonly type: 'answer'; readonly status: 400 | 500 | 503; readonly times: number }
  | { readonly type: 'lose-notification' | 'duplicate-notification' | 'refuse-connect'; readonly times: number }
  | { readonly type: 'refuse-upgrade'; readonly status: 429 | 503; readonly times: number }
  /** A fault before CONNACK: the response to a GET is lost, or the connection closes. */
  | { readonly type: 'lose-early-get' | 'refuse-early-packet'; readonly times: number }
  /** Current and later connections receive nothing. */
  | { readonly type: 'silence'; readonly times: number }
  /** The hub stores a QoS 1 message, and PUBACK is lost or late. */
  | { readonly type: 'lose-puback' | 'delay-puback'; readonly times: number }
  /** A telemetry message ends its connection. */
  | { readonly type: 'close-before-storing' | 'close-after-storing'; readonly times: number }
  /** The hub sends its last call a second time, with the same `$rid` over the same connection. */
  | { readonly type: 'repeat-call' }
  | { readonly type: 'drop' }
  /** The hub repeats an earlier patch, out of order. */
  | { readonly type: 'stale'; readonly age: number }
  | { readonly type: 'nonsense'; readonly message: Nonsense }
  | { readonly type: 'restart' }
  /** The hub's clock changes, so tokens expire or become valid again. */
  | { readonly type: 'hub-clock'; readonly byInMs: number }
  /** Another client takes over the identity for a moment. */
  | { readonly type: 'rival' }

/** Steps that only hubtwin supports. */
export type DeviceStep =
  /** Its machine wakes, or its page goes to the background. */
  | { readonly type: 'wake' | 'sleep' }
  /** Its clock changes. */
  | { readonly type: 'clock'; readonly byInMs: number }
  /** Its source of tokens throws or is slow. */
  | { readonly type: 'fail-token' | 'delay-token'; readonly times: number }
  /** The app adds another listener, late. */
  | { readonly type: 'listen'; readonly path: string }

/** Paths with a listener from the start. */
export const PATHS: readonly string[] = ['', 'a', 'b', 'b.x', 'c']

/** Messages that no hub should send, by their defect. */
export const NONSENSE = {
  'no JSON': ['$iothub/twin/PATCH/properties/desired/?$version=9', '{"a":'],
  'no version': ['$iothub/twin/PATCH/properties/desired/', '{"a":1}'],
  'a response without a request': ['$iothub/twin/res/200/?$rid=none', '{"desired":{}}'],
  'a repeated response': ['$iothub/twin/res/204/?$rid=1&$version=1', ''],
  'no topic of the twin': ['devices/device1/messages/devicebound/', 'hello'],
  'no MQTT': ['', '\u0000\u00ff\u00ff\u00ff'],
} as const
export type Nonsense = keyof typeof NONSENSE
