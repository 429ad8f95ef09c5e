import { type BrowserContext, expect } from '@playwright/test'

/** Logged errors and warnings, exceptions, blocked content, and requests to other hosts. */
export interface Complaints {
  /** Allows messages that the test causes on purpose. */
  expect(pattern: RegExp): void
  /** Allows requests to another host. */
  allow(url: string): void
  /** Fails on any complaint that is not allowed. */
  check(): void
}

/** Records the complaints of all pages of a context. @param hosts allowed hosts */
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
