import { keyCredentials, parseConnectionString } from 'hubtwin'
import { developmentDeviceConnectionString } from 'hubtwin-emulator'
import type { Page } from 'playwright'
import { expect, it, onTestFinished } from 'vitest'
import { localDeviceConnectionString } from '../../web-demo/src/local-hub.ts'
import { type Fixture, startFixture } from '../service/tokens/fixture.ts'
import { isReady, keyOf, line, seen } from './look.ts'
import { describeSimulator } from './simulator.ts'

describeSimulator('the start page', (simulator) => {
  it('says what a connection string lacks while it is typed, and never shows the key', async () => {
    const { page } = await simulator.open()
    const { connectionString } = simulator
    const field = page.getByRole('textbox', { name: 'Connection string' })
    await field.fill(connectionString.replace('DeviceId=', 'Deviceid='))
    await seen(page.locator('#connection-fault'), 'has "Deviceid" in part 2 of 4; write DeviceId')
    await field.fill(connectionString)
    await seen(page.locator('#connection-fault'), '')
    await seen(page.locator('#connection-parts'), 'DeviceIddevice1')
    expect(await field.getAttribute('type')).toBe('password')
    expect(await page.content()).not.toContain(keyOf(connectionString))
  })

  it('connects by a pasted connection string, shows both sections, and says that it holds a key', async () => {
    await simulator.setDesired({ climate: { target: 21 } })
    const { page } = await simulator.connect()
    await seen(page.locator('.bar-device'), `device1 @ localhost:${simulator.hub.plainPort}`)
    await seen(page.locator('#versions'), 'v2/v1')
    await seen(line(page, 'desired', 'climate.target'), '21')
    await seen(line(page, 'reported', 'climate.target'), '—')
    await seen(page.locator('#key-notice'), 'This page holds the key of device1, and a real one should not')
  })

  it('connects to the well-known device of the local hub by one press or by a link, and says how to start it', async () => {
    expect(localDeviceConnectionString).toBe(developmentDeviceConnectionString)
    const { page } = await simulator.open()
    await page.routeWebSocket(/10480/, (socket) => socket.close())
    await page.getByRole('button', { name: 'Connect device1' }).click()
    await seen(page.locator('#trouble'), 'npm run emulator')
    await seen(page.locator('.bar-device'), 'device1 @ localhost:10480')
    expect(new URL(page.url()).search).toBe('?connect=local')
    await page.reload()
    await seen(page.locator('.bar-device'), 'device1 @ localhost:10480')
  })

  it('takes a token that somebody has made, names the device it is for, and what is wrong with it', async () => {
    const { identity, sharedAccessKey = '' } = parseConnectionString(simulator.connectionString)
    const { password } = await keyCredentials(identity, sharedAccessKey).token()
    const { page } = await simulator.open()
    await page.getByRole('tab', { name: 'Token', exact: true }).click()
    const field = page.getByLabel('Shared access signature')
    await field.fill(password.slice('SharedAccessSignature '.length))
    await seen(page.locator('#token-fault'), 'A token starts with “SharedAccessSignature ”')
    await field.fill(password.replace('%2Fdevices%2Fdevice1', ''))
    await seen(page.locator('#token-fault'), 'The token is for no single device')
    await field.fill(password.replace(/se=\d+/, 'se=soon'))
    await seen(page.locator('#token-fault'), 'se')
    await field.fill(password)
    await seen(page.locator('#token-fault'), '')
    await seen(page.locator('#token-parts'), 'Devicedevice1')
    await page.getByLabel('Endpoint').fill('localhost')
    await seen(page.locator('#token-fault'), 'The endpoint is no wss:// or ws:// address')
    await page.getByLabel('Endpoint').fill(`ws://localhost:${simulator.hub.plainPort}`)
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    await isReady(page)
    await seen(page.locator('#key-notice'), 'This page holds a token of device1')
  })

  it('asks the token service as the device that a one-time code belongs to, and holds no key then', async () => {
    const { page, complaints } = await simulator.open()
    const service = await serveTokensFor(page)
    await page.getByRole('tab', { name: 'Token service' }).click()
    await page.getByLabel('Address of the service').fill('http://tokens.example.com')
    await seen(page.locator('#service-address-fault'), 'has to be https://')
    await page.getByLabel('Address of the service').fill(service.url)
    await page.getByLabel('One-time code, or a JWT').fill('wrong')
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    await seen(page.locator('#service-fault'), 'The token service answered 403: ')
    const { code } = await service.enrolment.codes.make('kiosk-7', 60)
    await page.getByLabel('One-time code, or a JWT').fill(code)
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    await isReady(page)
    await seen(page.locator('.bar-device'), `kiosk-7 @ localhost:${service.hub.plainPort}`)
    expect(await page.locator('#key-notice').isHidden()).toBe(true)
    expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({ service: service.url })
    await page.getByRole('button', { name: 'Expire token' }).click()
    await seen(page.locator('#wire-rows'), 'CONNACK 5')
    await isReady(page)
    expect(service.audit.filter(({ event, outcome }) => event === 'token' && outcome === 'ok').length).toBe(2)
    await page.reload()
    expect(await page.getByLabel('Address of the service').inputValue()).toBe(service.url)
    expect(await page.getByLabel('One-time code, or a JWT').inputValue()).toBe('')
    expect(complaints.filter((text) => !text.includes('403'))).toEqual([])
  })

  it('asks the token service by a JWT, and says when the service refuses or can not be reached', async () => {
    const { page } = await simulator.open(undefined, '?service=http://localhost:1')
    const service = await serveTokensFor(page)
    const jwt = await service.enrol('kiosk-7')
    await page.getByLabel('One-time code, or a JWT').fill(jwt)
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    await seen(page.locator('#service-fault'), 'The token service at localhost:1 could not be reached')
    await page.getByLabel('Address of the service').fill(`${service.url}/`)
    await page.getByLabel('One-time code, or a JWT').fill(`${jwt.slice(0, -8)}AAAAAAAA`)
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    await seen(page.locator('#service-fault'), 'The token service answered 401: ')
    await page.getByLabel('One-time code, or a JWT').fill(jwt)
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    await isReady(page)
    await seen(page.locator('.bar-device'), 'kiosk-7')
    expect(await page.content()).not.toContain(jwt)
  })
})

/** The token service of this project, with a hub of its own, open to pages of this origin. */
async function serveTokensFor(page: Page): Promise<Fixture> {
  const service = await startFixture({ origins: [new URL(page.url()).origin] })
  onTestFinished(() => service.close())
  return service
}
