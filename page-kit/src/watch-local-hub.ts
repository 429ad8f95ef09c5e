const CHECK_EVERY_IN_MS = 3000
const DEADLINE_IN_MS = 2000

/** `unreachable`: the browser allows this page no request to the hub, so nothing is known. */
export type LocalHubState = 'running' | 'absent' | 'unreachable'

/**
 * Checks every few seconds, while the page is visible, whether the local hub answers. The check is
 * an opaque request, because a hub sends no CORS headers, and any answer counts.
 *
 * @param url the readiness check of the local hub, `http://localhost:10480/hub/ready`
 * @param onChange called with each new result
 * @param signal ends the checks
 */
export function watchLocalHub(url: string, onChange: (state: LocalHubState) => void, signal: AbortSignal): void {
  let known: LocalHubState | undefined

  async function check(): Promise<void> {
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_IN_MS)])
    const request = { method: 'HEAD', mode: 'no-cors', cache: 'no-store', credentials: 'omit' } as const
    const state = await fetch(url, { ...request, signal: deadline }).then(
      () => 'running' as const,
      () => 'absent' as const,
    )
    if (!signal.aborted && known !== 'unreachable') report(state)
  }

  function report(state: LocalHubState): void {
    if (state === known) return
    known = state
    onChange(state)
  }

  const timer = setInterval(() => {
    if (!document.hidden) void check()
  }, CHECK_EVERY_IN_MS)
  const handleViolation = ({ blockedURI }: SecurityPolicyViolationEvent): void => {
    if (!blockedURI.startsWith(new URL(url).origin)) return
    clearInterval(timer)
    report('unreachable')
  }
  // A browser lets no page of the network without TLS reach this machine (Private Network Access).
  if (!isSecureContext) {
    clearInterval(timer)
    return report('unreachable')
  }
  document.addEventListener('securitypolicyviolation', handleViolation, { signal })
  signal.addEventListener('abort', () => clearInterval(timer), { once: true })
  void check()
}
