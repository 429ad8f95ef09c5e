/** A server as the load sees it. */
export interface Target {
  /** `hub`: answers twin requests. `broker`: forwards, so a device gets back what it publishes to itself. */
  readonly type: 'hub' | 'broker'
  /** `ws:` or `mqtts:`. */
  readonly url: string
  /** PEM of who signed the server's certificate, for `mqtts:`. */
  readonly certificateAuthority?: string
  /** Where the hub takes REST. */
  readonly rest?: string
}

export function deviceIdOf(at: number): string {
  return `device-${String(at).padStart(6, '0')}`
}
