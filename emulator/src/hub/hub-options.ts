import type { Tier } from '../throttling/tier.ts'

export interface HubOptions {
  /**
   * The name of the hub in tokens and user names, without scheme and port. Clients resolve it, and check the hub's certificate against it.
   * @default 'localhost'
   */
  readonly hostName?: string | undefined
  /**
   * Origins of pages that may connect over a WebSocket, as browsers write them: `https://app.example`, or `null` for pages from files. Pages of
   * this machine and of the hub's own names always may, and so may programs, which send no Origin.
   * @default []
   */
  readonly origins?: readonly string[] | undefined
  /** The address to listen on. Anything but loopback opens the hub to the network, with keys that are public. @default '127.0.0.1' */
  readonly address?: string | undefined
  /** Port for MQTT over WebSocket and REST with TLS; 0 takes a free one. @default 0 */
  readonly securePort?: number | undefined
  /** Port for the same without TLS, for pages on localhost; 0 takes a free one. @default 0 */
  readonly plainPort?: number | undefined
  /** Port for MQTT straight over TLS; 0 takes a free one. The official SDKs dial 8883. @default 0 */
  readonly mqttPort?: number | undefined
  /** Where state and certificates are kept, for one process at a time. Without it everything is in memory. */
  readonly dataFolder?: string | undefined
  /** Devices to create, beside the well-known one, where they do not exist yet. */
  readonly devices?: readonly string[] | undefined
  /** Milliseconds since 1970: what tokens are checked by and twins are stamped with. @default Date.now */
  readonly clock?: (() => number) | undefined
  /**
   * Makes the hub as fast as one of this tier, and no faster: what comes in bursts waits in a queue for up to two seconds, and is then answered 429.
   * `F1` is the free tier. Calls of this library are not throttled.
   * @default none: as fast as it can
   */
  readonly tier?: Tier | undefined
  /** How many units of the tier, 1 to 200. @default 1 */
  readonly units?: number | undefined
  /**
   * Whether a patch of reported or desired properties without any key counts as an update. What the real hub does is not known for sure
   * (docs/protocol/protocol.md §4.5).
   * @default true
   */
  readonly emptyPatchCounts?: boolean | undefined
  /** Told of a fault of the hub itself, after the client has got status 500 or 503. @default nobody is told */
  readonly onError?: ((error: unknown) => void) | undefined
  /**
   * How long a client may take over a TLS handshake, over a whole HTTP request, and until its CONNECT is there; and how long it may leave a
   * response unread. Then its socket is closed.
   * @default 30_000
   */
  readonly slowClientTimeoutInMs?: number | undefined
  /**
   * How long a connection outlives its token. The documents state ten minutes, other evidence says five (docs/protocol/protocol.md §2.5).
   * @default 600
   */
  readonly expiryGraceInSeconds?: number | undefined
}
