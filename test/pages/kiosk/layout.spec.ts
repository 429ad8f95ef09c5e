import { axeFindings } from '../support/axe.ts'
import { expect, type Page, test } from '../support/kiosk-page.ts'

const LONG = 'Dear visitors,\nthe lift in the east wing is out of order until Thursday. '.repeat(4)
const MESSAGES = ['Hi', 'Fresh bread from six', 'Donaudampfschifffahrtsgesellschaft', LONG]
const SIZES = [
  [320, 568],
  [390, 844],
  [768, 1024],
  [844, 390],
  [1080, 1920],
  [1440, 900],
  [2560, 1440],
  [3840, 2160],
] as const

/** Lists elements that are cut off, overflow their space, or are too small to read. */
function findDefects(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { scrollWidth, scrollHeight } = document.documentElement
    const defects = scrollWidth > innerWidth || scrollHeight > innerHeight ? ['the page scrolls'] : []
    const least = Math.max(16, Math.min(innerWidth, innerHeight) * 0.015)
    const isOpen = document.querySelector('dialog')!.open
    const parts = [...document.querySelectorAll<HTMLElement>(isOpen ? 'dialog, dialog *' : 'h1, #opening, footer *')]
    const seen = parts.filter((part) => part.getClientRects().length > 0)
    for (const part of seen) {
      const { left, top, right, bottom } = part.getBoundingClientRect()
      const name = part.id || part.tagName
      if (left < 0 || top < 0 || right > innerWidth + 1 || bottom > innerHeight + 1) defects.push(`${name} is outside`)
      if (part.textContent !== '' && parseFloat(getComputedStyle(part).fontSize) < least)
        defects.push(`${name} is tiny`)
      if (part.scrollWidth > part.clientWidth + 1 && part.clientWidth > 0)
        defects.push(`${name} is wider than its space`)
    }
    const main = document.querySelector('main')!
    if (main.scrollHeight > main.clientHeight + 1) defects.push('the message is higher than its space')
    return defects
  })
}

test(
  'the kiosk fits every screen from a phone to a wall, and is readable from a distance',
  { tag: '@firefox' },
  async ({ page, kiosk, twin }) => {
    await twin.desire({ openingHours: { mon: '09:00-18:00' } })
    for (const message of MESSAGES) {
      await twin.desire({ message })
      await expect(kiosk.message).toHaveText(message)
      for (const [width, height] of SIZES) {
        await page.setViewportSize({ width, height })
        expect(await findDefects(page), `"${message.slice(0, 40)}" at ${width} × ${height}`).toEqual([])
      }
    }
    await kiosk.mark.click()
    for (const part of ['facts', 'form']) {
      for (const [width, height] of SIZES) {
        await page.setViewportSize({ width, height })
        // A phone on its side scrolls the form.
        if (part === 'form' && height < 480) continue
        expect(await findDefects(page), `the dialog with its ${part} at ${width} × ${height}`).toEqual([])
      }
      await page.evaluate(() => document.querySelector<HTMLElement>('#enroll-again')!.click())
    }
  },
)

test('axe finds nothing on the kiosk, light and dark, with and without its dialog', async ({ page, kiosk, twin }) => {
  for (const theme of ['light', 'dark']) {
    await twin.desire({ theme, message: `In the ${theme}`, accent: '#b4541a', openingHours: { mon: '09:00-18:00' } })
    await expect(page.locator('html')).toHaveAttribute('data-theme', theme)
    expect(await axeFindings(page), theme).toEqual([])
    await kiosk.mark.press('Enter')
    await expect(kiosk.dialog).toBeVisible()
    expect(await axeFindings(page), `${theme}, the dialog`).toEqual([])
    await kiosk.dialog.getByRole('button', { name: 'Close' }).click()
    await expect(kiosk.dialog).toBeHidden()
  }
})

test('the kiosk shows a dot while connected, nothing after an hour, and a square for trouble', async ({
  page,
  kiosk,
  hub,
  device,
}) => {
  /** The opacity of the dot after its animations. */
  const opacityInTheEnd = (): Promise<string> =>
    kiosk.mark.evaluate((mark) => {
      for (const animation of mark.getAnimations({ subtree: true })) animation.finish()
      return getComputedStyle(mark, '::before').opacity
    })
  const delays = await kiosk.mark.evaluate((mark) =>
    mark.getAnimations({ subtree: true }).map(({ effect }) => effect?.getTiming().delay),
  )
  expect(delays).toEqual([3_600_000])
  expect(await kiosk.mark.evaluate((mark) => getComputedStyle(mark, '::before').opacity)).toBe('1')
  expect(await opacityInTheEnd()).toBe('0')

  hub.faults.inject({ fault: 'refuse', device: device.deviceId })
  hub.faults.inject({ fault: 'kick', device: device.deviceId })
  await expect(kiosk.mark).toHaveAttribute('data-state', 'trouble')
  await expect(kiosk.mark).toHaveAccessibleDescription(/Hub refused/)
  expect(await opacityInTheEnd()).toBe('1')
  expect(await kiosk.mark.evaluate((mark) => getComputedStyle(mark, '::before').borderRadius)).toBe('0px')
  hub.faults.clear()
  await page.evaluate(() => dispatchEvent(new Event('online')))
  await kiosk.isReady()
  expect(await kiosk.mark.evaluate((mark) => getComputedStyle(mark, '::before').opacity)).toBe('1')
})

test(
  'a browser can install the kiosk, and its service worker is active',
  { tag: '@firefox' },
  async ({ page, context, kiosk, browserName }) => {
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null)
    expect(await page.evaluate(() => new URL(navigator.serviceWorker.controller!.scriptURL).pathname)).toBe(
      '/kiosk-worker.js',
    )
    const response = await page.request.get((await page.locator('link[rel=manifest]').getAttribute('href')) ?? '')
    expect(await response.json()).toMatchObject({ start_url: './kiosk', display: 'fullscreen' })
    await page.reload()
    await kiosk.isReady()
    if (browserName !== 'chromium') return
    const devtools = await context.newCDPSession(page)
    const { errors, url } = await devtools.send('Page.getAppManifest')
    expect(errors).toEqual([])
    expect(url).toMatch(/kiosk\.webmanifest$/)
    const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors')
    // Playwright's contexts are private windows, which cannot install apps.
    expect(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')).toEqual([])
  },
)
