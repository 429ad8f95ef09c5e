import { keyCredentials, parseConnectionString } from 'hubtwin'
import type { Device } from '../support/device.ts'
import { expect, test as base } from '../support/simulator-page.ts'
import type { TokenService } from '../support/token-service.ts'

const test = base.extend<{ readonly issued: () => number }>({
  /** The number of tokens that the service has issued for the device. */
  issued: async ({ device, service }, use) =>
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

/** Exchanges a code like a page. @returns the JWT */
async function redeemCode(service: TokenService, code: string): Promise<string> {
  const response = await fetch(`${service.url}/api/enrol`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code }),
  })
  return ((await response.json()) as { token: string }).token
}

test('a pasted token connects the simulator, which gives advice when the token expires', async ({
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
  await expect(simulator.trouble).toContainText('If the token has expired, press Forget and paste a new token')
  expect(await page.content()).not.toContain(/sig=([^&]+)/.exec(token)?.[1])
})

test('a one-time code connects the simulator, and the page holds no key', async ({
  page,
  hub,
  device,
  service,
  simulator,
  issued,
  complaints,
}) => {
  complaints.expect(/403/)
  await simulator.open()
  await page.getByRole('tab', { name: 'Token service' }).click()
  const [address, secret] = [page.getByLabel('URL of the token service'), page.getByLabel('One-time code or JWT')]
  await address.fill('http://tokens.example.com')
  await expect(page.locator('#service-address-problem')).toContainText('must start with https://')
  await address.fill(service.url)
  await secret.fill('wrong')
  await simulator.press('Connect')
  await expect(page.locator('#service-problem')).toContainText('The token service answered 403: ')
  const code = await service.makeCode(device.deviceId)
  await secret.fill(code)
  await simulator.press('Connect')
  await simulator.isReady()
  await expect(page.locator('.bar-device')).toContainText(`${device.deviceId} @ localhost:${hub.plainPort}`)
  await expect(page.locator('#key-notice')).toBeHidden()
  expect(issued()).toBe(1)
  await simulator.press('Expire token')
  await expect(simulator.wire).toContainText('CONNACK 5')
  await simulator.isReady()
  expect(issued()).toBe(2)
  await simulator.press('Forget')
  await simulator.connectByService(service.url, code)
  await expect(page.getByText('The code is unknown, already used, or expired')).toBeVisible()
})

test('a JWT connects the simulator, which shows errors of the token service', async ({
  page,
  device,
  service,
  simulator,
  complaints,
}) => {
  complaints.expect(/401|ERR_/)
  complaints.allow('http://localhost:1')
  await simulator.open('?service=http://localhost:1')
  const [address, secret] = [page.getByLabel('URL of the token service'), page.getByLabel('One-time code or JWT')]
  const jwt = await redeemCode(service, await service.makeCode(device.deviceId))
  await secret.fill(jwt)
  await simulator.press('Connect')
  await expect(page.locator('#service-problem')).toContainText('The token service at localhost:1 could not be reached')
  await address.fill(`${service.url}/`)
  await secret.fill(`${jwt.slice(0, -8)}AAAAAAAA`)
  await simulator.press('Connect')
  await expect(page.locator('#service-problem')).toContainText('The token service answered 401: ')
  await secret.fill(jwt)
  await simulator.press('Connect')
  await simulator.isReady()
  await expect(page.locator('.bar-device')).toContainText(device.deviceId)
  expect(await page.content()).not.toContain(jwt)
})

test('the simulator gets a new token before the old token expires, and after the hub rejects it', async ({
  page,
  hub,
  device,
  service,
  simulator,
  issued,
}) => {
  await page.clock.install()
  await simulator.connectByService(service.url, await service.makeCode(device.deviceId))
  await simulator.isReady()
  expect(issued()).toBe(1)
  const connectedAt = (): number | undefined => device.connections()[0]?.connectedAt
  const before = connectedAt()

  // Tokens differ in the second of their expiry, and the service uses the real clock.
  const first = Math.ceil(Date.now() / 1000)
  await expect.poll(() => Math.ceil(Date.now() / 1000)).toBeGreaterThan(first)
  // The renewal is due 15 minutes before the end of the hour.
  await page.clock.fastForward('46:00')
  await expect.poll(issued).toBe(2)
  await expect.poll(() => connectedAt() ?? before).not.toBe(before)
  await simulator.isReady()

  hub.faults.inject({ fault: 'expire', device: device.deviceId })
  hub.faults.inject({ fault: 'kick', device: device.deviceId })
  await page.clock.fastForward('00:02')
  await expect.poll(issued).toBe(3)
  await simulator.isReady()
  await simulator.report('after', 'both')
})
