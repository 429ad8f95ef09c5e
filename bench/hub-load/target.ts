/** A server as the load sees it. */
export interface Target {
  /** `hub`: answers twin requests. `broker`: forwards, so a device gets its own messages back. */
  readonly type: 'hub' | 'broker'
  /** `ws:` or `mqtts:`. */
  readonly url: string
  /** PEM of the authority of the server's certificate, for `mqtts:`. */
  readonly certificateAuthority?: string
  /** The base URL of the hub's REST API. */
  readonly rest?: string
}

export function deviceIdOf(at: number): string {
  return `device-${String(at).padStart(6, '0')}`
}
