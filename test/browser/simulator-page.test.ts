import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { axeFaults } from './axe.ts'
import { isNoWiderThanScreen, isReady, keyOf, line, seen } from './look.ts'
import { describeSimulator } from './simulator.ts'

describeSimulator('the page', (simulator) => {
  it('leaves the key in no storage, no address and no element, and asks nobody else for anything', async () => {
    const { page, requests } = await simulator.connect()
    const key = keyOf(simulator.connectionString)
    const kept = await page.evaluate(() => [
      JSON.stringify(Object.entries(localStorage)),
      JSON.stringify(Object.entries(sessionStorage)),
      document.cookie,
      location.href,
      JSON.stringify(history.state),
      document.title,
      document.documentElement.outerHTML,
      ...[...document.querySelectorAll('input, textarea')].map((field) => (field as HTMLInputElement).value),
    ])
    for (const text of kept) expect(text).not.toContain(key)
    const { origin } = new URL(simulator.site.url)
    expect(requests.filter((address) => new URL(address).origin !== origin)).toEqual([])
  })

  it('lets in no inline script or style, no eval, no blob: worker, no other origin and no markup', async () => {
    const { page } = await simulator.open()
    const policy = await page.locator('meta[http-equiv=Content-Security-Policy]').getAttribute('content')
    expect(policy).not.toMatch(/unsafe|blob:|data:|\*(?![\s;]|$)|https?:\/\/(?!localhost|127\.0\.0\.1)/)
    const outcomes = await page.evaluate(async () => {
      const attempt = (act: () => unknown) => {
        try {
          return String(act())
        } catch (error) {
          return (error as Error).name
        }
      }
      const blocked: string[] = []
      document.addEventListener('securitypolicyviolation', (event) => blocked.push(event.effectiveDirective))
      const script = document.createElement('script')
      const style = document.createElement('style')
      style.append('body { display: none }')
      const image = new Image()
      image.src = 'http://192.0.2.1/pixel.png'
      document.body.append(style, image)
      // Within the call of a debugger eval is let through.
      await new Promise((resolve) => setTimeout(resolve, 0))
      const thrown = [
        // oxlint-disable-next-line no-eval -- it has to be refused
        attempt(() => globalThis.eval('1')),
        attempt(() => new Worker(URL.createObjectURL(new Blob(['1'])))),
        attempt(() => (script.textContent = '1')),
        attempt(() => (document.body.innerHTML = '<p>1</p>')),
      ]
      const asked = await fetch('http://192.0.2.1/').then(String, (error: Error) => error.name)
      await new Promise((resolve) => setTimeout(resolve, 100))
      return { thrown, asked, blocked: [...new Set(blocked)].sort(), display: getComputedStyle(document.body).display }
    })
    expect(outcomes).toEqual({
      thrown: ['EvalError', 'TypeError', 'TypeError', 'TypeError'],
      asked: 'TypeError',
      blocked: ['connect-src', 'img-src', 'require-trusted-types-for', 'style-src-elem'],
      display: 'flex',
    })
  })

  it('shows the first twin with less than 200 kB of script, compressed', async () => {
    const { page, requests } = await simulator.connect()
    await seen(page.locator('#versions'), 'v1/v1')
    const scripts = [...new Set(requests)].filter((address) => address.endsWith('.js'))
    const texts = await Promise.all(scripts.map(async (address) => (await fetch(address)).text()))
    const sum = texts.reduce((total, text) => total + gzipSync(text).length, 0)
    console.log(`The first twin came with ${scripts.length} scripts, ${sum} bytes by gzip`)
    expect(sum).toBeGreaterThan(0)
    expect(sum).toBeLessThan(200_000)
  })

  it('works at 320 px by tabs, with no way to scroll sideways', async () => {
    await simulator.setDesired({
      modules: { wifi: { ssid: 'a_name_that_is_long_and_has_no_place_to_break_at_all', channel: 7 } },
    })
    const { page } = await simulator.open({ width: 320, height: 640 })
    for (const name of ['Token', 'Token service', 'Connection string']) {
      await page.getByRole('tab', { name, exact: true }).click()
      await isNoWiderThanScreen(page)
    }
    await simulator.connectIn(page)
    for (const name of [/Desired/, 'Device', 'Reported'] as const) {
      await page.getByRole('tab', { name }).click()
      await isNoWiderThanScreen(page)
    }
    await page.getByRole('button', { name: 'Edit patch' }).click()
    await page.getByRole('textbox', { name: 'Reported patch' }).waitFor()
    await isNoWiderThanScreen(page)
    await page.getByRole('button', { name: 'Wire' }).click()
    await isNoWiderThanScreen(page)
    await page.getByRole('tab', { name: 'Reported' }).press('ArrowLeft')
    await page.getByRole('button', { name: 'Apply desired' }).waitFor()
    await page.getByRole('button', { name: 'Set' }).waitFor({ state: 'hidden' })
    await isNoWiderThanScreen(page)
  })

  it('goes through a whole visit by keyboard, with no complaint of the console or of the policy', async () => {
    const { page, complaints } = await simulator.open()
    await page.getByRole('textbox', { name: 'Connection string' }).fill(simulator.connectionString)
    await page.keyboard.press('Enter')
    await isReady(page)
    await simulator.setDesired({ climate: { target: 23 }, markup: '<img src=x onerror=alert(1)>' })
    await seen(line(page, 'desired', 'markup'), '<img src=x onerror=alert(1)>')
    await page.getByRole('button', { name: 'Apply desired' }).press('Enter')
    await seen(line(page, 'reported', 'climate.target'), '23=')
    await page.getByRole('button', { name: 'Start the device' }).press('Enter')
    await page.getByRole('button', { name: 'Edit patch' }).press('Enter')
    await page.getByRole('textbox', { name: 'Reported patch' }).press('Control+Enter')
    await seen(page.locator('#report-says'), 'Taken as v')
    await page.locator('#wire-rows summary').last().press('Enter')
    await page.locator('#wire-rows .wire-inside').last().waitFor()
    for (const name of ['Go offline', 'Go online']) await page.getByRole('button', { name }).press('Enter')
    await isReady(page)
    await page.getByRole('button', { name: 'Disconnect' }).press('Enter')
    await page.getByRole('button', { name: 'Connect again' }).press('Enter')
    await isReady(page)
    await page.getByRole('button', { name: 'Forget' }).press('Enter')
    await page.getByRole('button', { name: 'Connect device1' }).waitFor()
    expect(complaints).toEqual([])
  })

  it.each(['light', 'dark'] as const)('has nothing that axe finds fault with, in %s', async (colorScheme) => {
    const { page } = await simulator.open()
    await page.emulateMedia({ colorScheme })
    for (const [tab, field] of [
      ['Token', 'Shared access signature'],
      ['Token service', 'Address of the service'],
      ['Connection string', 'Connection string'],
    ] as const) {
      await page.getByRole('tab', { name: tab, exact: true }).click()
      await page.getByRole('textbox', { name: field }).fill('?')
      expect(await axeFaults(page)).toEqual([])
    }
    await simulator.setDesired({ climate: { target: 23, fanOn: true }, note: 'hello' })
    await simulator.connectIn(page)
    await page.getByRole('button', { name: 'Start the device' }).click()
    await page.getByRole('button', { name: 'Edit patch' }).click()
    await page.getByRole('textbox', { name: 'Reported patch' }).fill('{ "a" 1 }')
    await seen(page.locator('#patch-says'), 'a colon should be here')
    await page.locator('#wire-rows summary').last().click()
    await simulator.setDesired({ climate: { target: 24 }, note: null })
    expect(await axeFaults(page)).toEqual([])
    await page.getByRole('button', { name: 'Go offline' }).click()
    expect(await axeFaults(page)).toEqual([])
    await page.setViewportSize({ width: 360, height: 740 })
    for (const name of [/Desired/, 'Device', 'Reported'] as const) {
      await page.getByRole('tab', { name }).click()
      expect(await axeFaults(page)).toEqual([])
    }
  })
})
