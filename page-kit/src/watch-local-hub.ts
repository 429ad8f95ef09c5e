const CHECK_EVERY_IN_MS = 3000
const DEADLINE_IN_MS = 2000

/**
 * Checks every few seconds, while the page is visible, whether the local hub answers. The check is
 * an opaque request, because a hub sends no CORS headers, and any answer counts.
 *
 * @param url the readiness check of the local hub, `http://localhost:10480/hub/ready`
 * @param onChange called with each new result
 * @param signal ends the checks
 */
export function watchLocalHub(url: string, onChange: (isRunning: boolean) => void, signal: AbortSignal): void {
  let known: boolean | undefined

  async function check(): Promise<void> {
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_IN_MS)])
    const request = { method: 'HEAD', mode: 'no-cors', cache: 'no-store', credentials: 'omit' } as const
    const isRunning = await fetch(url, { ...request, signal: deadline }).then(
      () => true,
      () => false,
    )
    if (signal.aborted || isRunning === known) return
    known = isRunning
    onChange(isRunning)
  }

  const timer = setInterval(() => {
    if (!document.hidden) void check()
  }, CHECK_EVERY_IN_MS)
  signal.addEventListener('abort', () => clearInterval(timer), { once: true })
  void check()
}
