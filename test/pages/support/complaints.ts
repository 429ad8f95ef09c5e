import { type BrowserContext, expect } from '@playwright/test'

/** Everything that a page must not do: log an error or a warning, throw, break its policy, or ask another host. */
export interface Complaints {
  /** Messages that the test causes on purpose. */
  expect(pattern: RegExp): void
  /** Another host that the page may ask. */
  allow(url: string): void
  /** Fails if there was a complaint. */
  check(): void
}

/** Records the complaints of all pages of a context. @param hosts that the pages may ask */
export async function recordComplaints(context: BrowserContext, hosts: readonly string[]): Promise<Complaints> {
  const texts: string[] = []
  const expected: RegExp[] = []
  const requests: string[] = []
  const allowed = new Set(hosts)
  context.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') texts.push(message.text())
  })
  context.on('weberror', (error) => texts.push(error.error().message))
  context.on('request', (request) => requests.push(request.url()))
  context.on('page', (page) => page.on('websocket', (socket) => requests.push(socket.url())))
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      console.error(`policy: ${violatedDirective} refused ${blockedURI}`)
    })
  })
  return {
    expect: (pattern) => void expected.push(pattern),
    allow: (url) => void allowed.add(new URL(url).host),
    check() {
      expect(texts.filter((text) => !expected.some((pattern) => pattern.test(text)))).toEqual([])
      const elsewhere = requests.filter((url) => /^(http|ws)/.test(url) && !allowed.has(new URL(url).host))
      expect(elsewhere, 'requests to other hosts').toEqual([])
    },
  }
}
