const CHECK_EVERY_IN_MS = 3000
const DEADLINE_IN_MS = 2000

/**
 * `unreachable`: the browser blocks requests from this page to the hub, so the state is unknown.
 */
export type LocalHubState = 'running' | 'absent' | 'unreachable'

/**
 * Checks every few seconds, while the page is visible, whether the local hub responds. The check is
 * an opaque request, because a hub sends no CORS headers. Any response counts.
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
  // A browser does not let a page from the network without TLS reach this machine (Private Network
  // Access).
  if (!isSecureContext) {
    clearInterval(timer)
    return report('unreachable')
  }
  document.addEventListener('securitypolicyviolation', handleViolation, { signal })
  signal.addEventListener('abort', () => clearInterval(timer), { once: true })
  void check()
}
