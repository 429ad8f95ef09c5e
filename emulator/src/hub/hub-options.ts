import type { RefusedConnect } from '../access/refused-connect.ts'
import type { Tier } from '../throttling/tier.ts'

export interface HubOptions {
  /**
   * The name of the hub in tokens and user names, without scheme and port. Clients resolve it, and
   * compare it with the hub's certificate.
   *
   * @default 'localhost'
   */
  readonly hostName?: string | undefined
  /**
   * Origins of pages that may connect over a WebSocket, such as `https://app.example`, or `null`
   * for pages from files. Pages from this machine and from the hub's own names may always connect.
   * Programs send no origin and may connect, too.
   *
   * @default []
   */
  readonly origins?: readonly string[] | undefined
  /**
   * The address to listen on. Any address other than loopback opens the hub to the network,
   * although its keys are public.
   *
   * @default '127.0.0.1'
   */
  readonly address?: string | undefined
  /** Port for MQTT over WebSocket and REST with TLS; 0 means any free port. @default 0 */
  readonly securePort?: number | undefined
  /** Port for the same without TLS, for pages on localhost; 0 means any free port. @default 0 */
  readonly plainPort?: number | undefined
  /**
   * Port for MQTT directly over TLS; 0 means any free port. The official SDKs use 8883.
   *
   * @default 0
   */
  readonly mqttPort?: number | undefined
  /**
   * The folder for state and certificates, for a single process at a time.
   *
   * @default undefined: the hub keeps everything in memory
   */
  readonly dataFolder?: string | undefined
  /** IDs of devices to create if they do not exist, in addition to the well-known `device1`. */
  readonly devices?: readonly string[] | undefined
  /** The hub's time, in milliseconds since 1970. @default Date.now */
  readonly clock?: (() => number) | undefined
  /**
   * Applies the rate limits of this tier. Operations above the limit wait in a queue for up to two
   * seconds; then the hub answers 429. `F1` is the free tier. Calls of this library are not
   * limited.
   *
   * @default undefined: no limits
   */
  readonly tier?: Tier | undefined
  /** The number of units of the tier, 1 to 200; needs `tier`. @default 1 */
  readonly units?: number | undefined
  /**
   * How often the hub applies automatic configurations to twins that have changed, and runs their
   * metrics. IoT Hub does both every 300 s. Without it, the local hub applies them at once, and its
   * metrics are always current.
   *
   * @default 0: at once
   */
  readonly configurationIntervalInSeconds?: number | undefined
  /**
   * Whether a patch of reported or desired properties without keys counts as an update. The
   * behavior of IoT Hub is not certain (docs/protocol/protocol.md §4.5).
   *
   * @default true
   */
  readonly emptyPatchCounts?: boolean | undefined
  /**
   * Whether a cloud-to-device message is dead-lettered after ten deliveries without an
   * acknowledgment. In IoT Hub's newest document, only an abandoned delivery counts. MQTT cannot
   * abandon a delivery, so a message is delivered again until it expires. In older documents, each
   * delivery counts (docs/protocol/device.md §3.2).
   *
   * @default false
   */
  readonly lostLocksCount?: boolean | undefined
  /**
   * Whether a device that connects with clean session 1 gets the cloud-to-device messages that wait
   * for it, once it has subscribed. Microsoft's documents contradict each other
   * (docs/protocol/device.md §3.3).
   *
   * @default true
   */
  readonly cleanSessionsGetQueue?: boolean | undefined
  /**
   * Called with the error of a bug in the local hub, after the client has received status 500 or
   * 503.
   *
   * @default undefined: errors are ignored
   */
  readonly onError?: ((error: unknown) => void) | undefined
  /**
   * Called with the reason for each CONNECT that the hub refuses. The client gets only return code
   * 5, as from IoT Hub (docs/protocol/protocol.md §1.5).
   *
   * @default undefined: refusals are ignored
   */
  readonly onRefusedConnect?: ((refused: RefusedConnect) => void) | undefined
  /**
   * Timeout of a TLS handshake, of a whole HTTP request, of the wait for CONNECT, and of a response
   * that the client does not read. Then the hub closes the socket.
   *
   * @default 30_000
   */
  readonly slowClientTimeoutInMs?: number | undefined
  /**
   * How long a connection outlives its token. The documents state ten minutes, other evidence
   * suggests five (docs/protocol/protocol.md §2.5).
   *
   * @default 600
   */
  readonly expiryGraceInSeconds?: number | undefined
}
