import { expect, it } from 'vitest'
import { line, seen, soon } from './look.ts'
import { describeSimulator } from './simulator.ts'

describeSimulator('desired and reported', (simulator) => {
  it('marks a desired change as different on both sides, and applying it makes them equal at the hub', async () => {
    const { page } = await simulator.connect()
    await simulator.setDesired({ climate: { target: 23 } })
    await seen(line(page, 'desired', 'climate.target'), 'not reported')
    await seen(line(page, 'reported', 'climate.target'), '≠ desired')
    await page.getByRole('button', { name: 'Apply desired' }).click()
    await seen(line(page, 'desired', 'climate.target'), '23=')
    await seen(line(page, 'reported', 'climate.target'), '23=')
    expect(simulator.reportedAtHub()).toMatchObject({ climate: { target: 23 } })
    await simulator.setDesired({ climate: { target: 25 } })
    await seen(line(page, 'desired', 'climate.target'), '23 25≠ reported +2')
    await seen(line(page, 'reported', 'climate.target'), '≠ desired −2')
  })

  it('applies by itself every change and every deletion, when it is told to', async () => {
    const { page } = await simulator.connect()
    await page.getByLabel('by itself').check()
    await simulator.setDesired({ climate: { target: 20, fanOn: true } })
    await expect.poll(() => simulator.reportedAtHub(), soon).toMatchObject({ climate: { target: 20, fanOn: true } })
    for (let target = 21; target <= 30; target++) await simulator.setDesired({ climate: { target } })
    await simulator.setDesired({ climate: { fanOn: null } })
    await expect.poll(() => simulator.reportedAtHub()['climate'], soon).toEqual({ target: 30 })
    await seen(page.locator('#apply-hint'), 'The device reports all that is desired.')
  })

  it('acknowledges as Plug and Play writes it, and shows value and acknowledgement as equal to desired', async () => {
    await simulator.setDesired({ fanSpeed: 3, thermostat: { __t: 'c', target: 21 } })
    const { page } = await simulator.connect()
    await page.getByLabel('acknowledge').check()
    await page.getByRole('button', { name: 'Apply desired' }).click()
    const acknowledged = { ac: 200, av: 2, ad: 'applied' }
    await expect
      .poll(() => simulator.reportedAtHub(), soon)
      .toEqual({
        fanSpeed: { value: 3, ...acknowledged },
        thermostat: { __t: 'c', target: { value: 21, ...acknowledged } },
      })
    await seen(line(page, 'reported', 'thermostat.target'), '21= ac 200 av 2')
    await seen(page.locator('#apply-hint'), 'The device reports all that is desired.')
    await page.getByLabel('acknowledge').uncheck()
    await simulator.setDesired({ fanSpeed: 4 })
    await page.getByRole('button', { name: 'Apply desired' }).click()
    await expect.poll(() => simulator.reportedAtHub()['fanSpeed'], soon).toBe(4)
  })

  it('leaves to the running device what it answers for by itself, and echoes the rest', async () => {
    await simulator.setDesired({ climate: { target: 23 }, note: 'hello' })
    const { page } = await simulator.connect()
    await page.getByRole('button', { name: 'Start the device' }).click()
    await seen(line(page, 'reported', 'climate.target'), '≠ desired')
    await page.getByRole('button', { name: 'Apply desired' }).click()
    await expect
      .poll(() => simulator.reportedAtHub(), soon)
      .toMatchObject({ climate: { target: 23, temperature: expect.any(Number) }, note: 'hello' })
  })

  it('lights a change once, where it happens, and without motion for those who want none', async () => {
    await simulator.setDesired({ climate: { target: 23, fanOn: true } })
    const { page } = await simulator.connect()
    const target = line(page, 'desired', 'climate.target')
    const look = () =>
      target.evaluate((item) => ({
        animations: item.getAnimations().length,
        isLit: getComputedStyle(item).backgroundColor !== 'rgba(0, 0, 0, 0)',
      }))
    expect(await look()).toEqual({ animations: 0, isLit: false })
    await simulator.setDesired({ climate: { target: 24 } })
    await expect.poll(look, soon).toEqual({ animations: 0, isLit: true })
    await page.emulateMedia({ reducedMotion: 'no-preference' })
    await simulator.setDesired({ climate: { target: 25 } })
    await expect.poll(look, soon).toEqual({ animations: 1, isLit: true })
    expect(await line(page, 'desired', 'climate.fanOn').evaluate((item) => item.getAnimations().length)).toBe(0)
    await expect.poll(look, soon).toEqual({ animations: 0, isLit: false })
  })

  it('strikes a deleted property through before it goes', async () => {
    await simulator.setDesired({ climate: { target: 23, fanOn: true } })
    const { page } = await simulator.connect()
    await simulator.setDesired({ climate: { fanOn: null } })
    await seen(line(page, 'desired', 'climate.fanOn').locator('del'), 'true')
    await expect.poll(() => line(page, 'desired', 'climate.fanOn').count(), soon).toBe(0)
    expect(await line(page, 'desired', 'climate.target').count()).toBe(1)
  })
})
