import type { CutSide, Weather } from './proxy.ts'

/** One thing that happens to a device, its hub or the network between. */
export type Step =
  /** The back end patches desired properties; the keys are few, so that patches meet. */
  | { readonly type: 'desired'; readonly shape: DesiredShape }
  | { readonly type: 'report'; readonly shape: 'set' | 'replace' | 'abort' }
  | { readonly type: 'refresh' }
  | { readonly type: 'wait'; readonly inMs: number }
  /**
   * The network is fair for as long as it takes to be in step, if that is soon: what follows
   * strikes a living connection.
   */
  | { readonly type: 'calm' }
  | { readonly type: 'weather'; readonly weather: Weather }
  | { readonly type: 'cut'; readonly side: CutSide }
  | HubStep
  | DeviceStep

export type DesiredShape = 'set' | 'nest' | 'delete' | 'replace'

/** What the hub does wrong, the next few times or once. */
export type HubStep =
  | { readonly type: 'lose-answer' | 'delay-answer' | 'duplicate-answer' | 'throttle'; readonly times: number }
  | { readonly type: 'answer'; readonly status: 400 | 500 | 503; readonly times: number }
  | { readonly type: 'lose-notification' | 'duplicate-notification' | 'refuse-connect'; readonly times: number }
  | { readonly type: 'refuse-upgrade'; readonly status: 429 | 503; readonly times: number }
  /** What a client sends before CONNACK: the answer to a GET is lost, or the connection closes. */
  | { readonly type: 'lose-early-get' | 'refuse-early-packet'; readonly times: number }
  /** The connections there are, and the next ones, hear nothing any longer. */
  | { readonly type: 'silence'; readonly times: number }
  | { readonly type: 'drop' }
  /** A notification that was sent before is sent again, out of its order. */
  | { readonly type: 'stale'; readonly age: number }
  | { readonly type: 'nonsense'; readonly message: Nonsense }
  | { readonly type: 'restart' }
  /** The hub's clock is set; tokens may count as expired, or as good again. */
  | { readonly type: 'hub-clock'; readonly byInMs: number }
  /** Somebody else takes the identity over for a moment. */
  | { readonly type: 'rival' }

/** What happens to our own client, and has no meaning for another one. */
export type DeviceStep =
  /** Its machine wakes, its page is put away. */
  | { readonly type: 'wake' | 'sleep' }
  /** Its clock is set. */
  | { readonly type: 'clock'; readonly byInMs: number }
  /** Its source of tokens throws, or takes its time. */
  | { readonly type: 'fail-token' | 'delay-token'; readonly times: number }
  /** Another listener comes, late. */
  | { readonly type: 'listen'; readonly path: string }

/** Paths that are listened at from the beginning. */
export const paths: readonly string[] = ['', 'a', 'b', 'b.x', 'c']

/** Messages that no hub should send, by what is wrong with them. */
export const nonsense = {
  'no JSON': ['$iothub/twin/PATCH/properties/desired/?$version=9', '{"a":'],
  'no version': ['$iothub/twin/PATCH/properties/desired/', '{"a":1}'],
  'an answer to nobody': ['$iothub/twin/res/200/?$rid=none', '{"desired":{}}'],
  'an answer that was given': ['$iothub/twin/res/204/?$rid=1&$version=1', ''],
  'no topic of the twin': ['devices/device1/messages/devicebound/', 'hello'],
  'no MQTT': ['', '\u0000\u00ff\u00ff\u00ff'],
} as const
export type Nonsense = keyof typeof nonsense
