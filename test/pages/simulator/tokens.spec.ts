import { keyCredentials, parseConnectionString } from 'hubtwin'
import type { Device } from '../support/device.ts'
import { expect, test as base } from '../support/simulator-page.ts'
import type { TokenService } from '../support/token-service.ts'

const test = base.extend<{ readonly given: () => number }>({
  /** How many tokens the service has issued for the device. */
  given: async ({ device, service }, use) =>
    use(
      () =>
        service.events(device.deviceId).filter(({ event, outcome }) => event === 'token' && outcome === 'ok').length,
    ),
})

test.beforeEach(({ service, complaints }) => complaints.allow(service.url))

async function makeToken({ connectionString }: Device): Promise<string> {
  const { identity, sharedAccessKey = '' } = parseConnectionString(connectionString)
  return (await keyCredentials(identity, sharedAccessKey).token()).password
}

/** Redeems a code as a page does. @returns the JWT */
async function redeemCode(service: TokenService, code: string): Promise<string> {
  const response = await fetch(`${service.url}/api/enrol`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code }),
  })
  return ((await response.json()) as { token: string }).token
}

test('a token from elsewhere connects the simulator, which says so when the token expires', async ({
  page,
  hub,
  device,
  simulator,
}) => {
  const token = await makeToken(device)
  await simulator.connectByToken(token, `ws://localhost:${hub.plainPort}`)
  await simulator.isReady()
  await expect(page.getByText('This page holds a token')).toBeVisible()
  hub.faults.inject({ fault: 'expire', device: device.deviceId })
  hub.faults.inject({ fault: 'kick', device: device.deviceId })
  await expect(simulator.trouble).toContainText('Where the time of the token is over, press Forget and paste a new one')
  expect(await page.content()).not.toContain(/sig=([^&]+)/.exec(token)?.[1])
})

test('a one-time code connects the simulator by the token service, and the page holds no key', async ({
  page,
  hub,
  device,
  service,
  simulator,
  given,
  complaints,
}) => {
  complaints.expect(/403/)
  await simulator.open()
  await page.getByRole('tab', { name: 'Token service' }).click()
  const [address, secret] = [page.getByLabel('Address of the service'), page.getByLabel('One-time code, or a JWT')]
  await address.fill('http://tokens.example.com')
  await expect(page.locator('#service-address-fault')).toContainText('has to be https://')
  await address.fill(service.url)
  await secret.fill('wrong')
  await simulator.press('Connect')
  await expect(page.locator('#service-fault')).toContainText('The token service answered 403: ')
  const code = await service.makeCode(device.deviceId)
  await secret.fill(code)
  await simulator.press('Connect')
  await simulator.isReady()
  await expect(page.locator('.bar-device')).toContainText(`${device.deviceId} @ localhost:${hub.plainPort}`)
  await expect(page.locator('#key-notice')).toBeHidden()
  expect(given()).toBe(1)
  await simulator.press('Expire token')
  await expect(simulator.wire).toContainText('CONNACK 5')
  await simulator.isReady()
  expect(given()).toBe(2)
  await simulator.press('Forget')
  await simulator.connectByService(service.url, code)
  await expect(page.getByText('The code is unknown, was used, or is over')).toBeVisible()
})

test('a JWT connects the simulator, which says when the service refuses it or cannot be reached', async ({
  page,
  device,
  service,
  simulator,
  complaints,
}) => {
  complaints.expect(/401|ERR_/)
  complaints.allow('http://localhost:1')
  await simulator.open('?service=http://localhost:1')
  const [address, secret] = [page.getByLabel('Address of the service'), page.getByLabel('One-time code, or a JWT')]
  const jwt = await redeemCode(service, await service.makeCode(device.deviceId))
  await secret.fill(jwt)
  await simulator.press('Connect')
  await expect(page.locator('#service-fault')).toContainText('The token service at localhost:1 could not be reached')
  await address.fill(`${service.url}/`)
  await secret.fill(`${jwt.slice(0, -8)}AAAAAAAA`)
  await simulator.press('Connect')
  await expect(page.locator('#service-fault')).toContainText('The token service answered 401: ')
  await secret.fill(jwt)
  await simulator.press('Connect')
  await simulator.isReady()
  await expect(page.locator('.bar-device')).toContainText(device.deviceId)
  expect(await page.content()).not.toContain(jwt)
})

test('the simulator gets a fresh token before the old one expires, and when the hub refuses it', async ({
  page,
  hub,
  device,
  service,
  simulator,
  given,
}) => {
  await page.clock.install()
  await simulator.connectByService(service.url, await service.makeCode(device.deviceId))
  await simulator.isReady()
  expect(given()).toBe(1)
  const connectedAt = (): number | undefined => device.connections()[0]?.connectedAt
  const before = connectedAt()

  // Tokens differ by the second of their expiry, and the service has the real clock.
  const first = Math.ceil(Date.now() / 1000)
  await expect.poll(() => Math.ceil(Date.now() / 1000)).toBeGreaterThan(first)
  // A quarter of an hour before the end of the hour.
  await page.clock.fastForward('46:00')
  await expect.poll(given).toBe(2)
  await expect.poll(() => connectedAt() ?? before).not.toBe(before)
  await simulator.isReady()

  hub.faults.inject({ fault: 'expire', device: device.deviceId })
  hub.faults.inject({ fault: 'kick', device: device.deviceId })
  await page.clock.fastForward('00:02')
  await expect.poll(given).toBe(3)
  await simulator.isReady()
  await simulator.report('after', 'both')
})
