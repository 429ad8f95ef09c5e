import { type Browser, chromium, type Page } from 'playwright'
import { findBrowser } from '../../tools/browsers.ts'
import { serveSite } from './serve-site.ts'

/** Why there can be no browser tests here, where there can be none. */
export const executablePath: string | undefined = findBrowser('chromium')

export interface Site {
  readonly url: string
  readonly browser: Browser
  close(): Promise<void>
}

/** @param without what Playwright would say by itself */
export function launchBrowser(args: readonly string[] = [], without: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    ...(executablePath !== undefined && { executablePath }),
    ignoreDefaultArgs: [...without],
    args: [
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...args,
    ],
  })
}

/** The pages, and a Chromium for which the hub of `npm run emulator` is at `localPort`, where one is given. */
export async function openSite({ localPort }: { readonly localPort?: number } = {}): Promise<Site> {
  const site = await serveSite(localPort === undefined ? {} : { localPort })
  const browser = await launchBrowser(
    localPort === undefined ? [] : [`--host-resolver-rules=MAP localhost:10480 127.0.0.1:${localPort}`],
  )
  return {
    url: site.url,
    browser,
    async close() {
      await browser.close()
      await site.close()
    },
  }
}

export interface Visit {
  readonly page: Page
  /** What the console said in anger, what was thrown, and what the Content-Security-Policy refused. */
  readonly complaints: readonly string[]
  /** Every address that was asked for. */
  readonly requests: readonly string[]
}

/** Opens a page in a context of its own, which knows nothing of the visits before. */
export async function visit(
  { url, browser }: Pick<Site, 'url' | 'browser'>,
  size: { width: number; height: number },
  path = '',
): Promise<Visit> {
  const context = await browser.newContext({ viewport: size, reducedMotion: 'reduce' })
  context.setDefaultTimeout(10_000)
  const page = await context.newPage()
  const complaints: string[] = []
  const requests: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('request', (request) => requests.push(request.url()))
  await page.exposeFunction('complain', (text: string) => complaints.push(text))
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      const { complain } = window as unknown as { complain: (text: string) => void }
      complain(`policy: ${violatedDirective} refused ${blockedURI}`)
    })
  })
  await page.goto(`${url}${path}`)
  return { page, complaints, requests }
}
