/**
 * Reports whether a host, as `URL.hostname` spells it, is this machine. Only such a host may be
 * reached without TLS.
 */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
}
