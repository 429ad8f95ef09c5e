import { keyCredentials, parseConnectionString } from 'hubtwin'
import { developmentDeviceConnectionString } from 'hubtwin-emulator'
import { LOCAL_DEVICE_CONNECTION_STRING } from '../../../web-demo/src/shared/local-hub.ts'
import { expect, test } from '../support/simulator-page.ts'

const keyOf = (connectionString: string): string => /SharedAccessKey=([^;]+)/.exec(connectionString)?.[1] ?? ''

test('the start page names the bad part of a connection string, and never shows the key', async ({
  page,
  device,
  simulator,
}) => {
  const { connectionString, deviceId } = device
  await simulator.open()
  const field = page.getByRole('textbox', { name: 'Connection string' })
  await field.fill(connectionString.replace('DeviceId=', 'Deviceid='))
  await expect(page.locator('#connection-problem')).toContainText('has "Deviceid" in part 2 of 4; write DeviceId')
  await field.fill(connectionString)
  await expect(page.locator('#connection-problem')).toHaveText('')
  await expect(page.locator('#connection-parts')).toContainText(`DeviceId${deviceId}`)
  await expect(field).toHaveAttribute('type', 'password')
  expect(await page.content()).not.toContain(keyOf(connectionString))
})

test('a connection string connects the simulator, which shows both sections and a warning about the key', async ({
  page,
  hub,
  device,
  simulator,
}) => {
  await device.desire({ climate: { target: 21 } })
  await simulator.connectPassively(device)
  await expect(page.locator('.bar-device')).toContainText(`${device.deviceId} @ localhost:${hub.plainPort}`)
  await expect(simulator.versions).toHaveText('v2/v1')
  await expect(simulator.line('desired', 'climate.target')).toContainText('21')
  await expect(simulator.line('reported', 'climate.target')).toContainText('—')
  await expect(page.locator('#key-notice')).toContainText(
    `This page holds the key of ${device.deviceId}. A production page should not.`,
  )
})

test('"Connect device1" connects to the local hub, and so does the URL afterwards', async ({
  page,
  hub,
  simulator,
}) => {
  expect(LOCAL_DEVICE_CONNECTION_STRING).toBe(developmentDeviceConnectionString)
  await simulator.open()
  await simulator.press('Connect device1')
  await simulator.isReady()
  await expect(page.locator('.bar-device')).toContainText('device1 @ localhost:10480')
  await hub.updateTwin('device1', { properties: { desired: { climate: { target: 23 } } } })
  await expect(simulator.desired).toContainText('23')
  expect(new URL(page.url()).search).toBe('?connect=local')
  await page.reload()
  await simulator.isReady()
  await expect(simulator.desired).toContainText('23')
})

test('the simulator says how to start the local hub when none runs', async ({ page, simulator }) => {
  await page.routeWebSocket(/10480/, (socket) => socket.close())
  await simulator.open()
  await simulator.press('Connect device1')
  await expect(simulator.trouble).toContainText('npm run emulator')
})

test('the start page names the device of a token, and the problem of an invalid token', async ({
  page,
  hub,
  device,
  simulator,
}) => {
  const { identity, sharedAccessKey = '' } = parseConnectionString(device.connectionString)
  const { password } = await keyCredentials(identity, sharedAccessKey).token()
  await simulator.open()
  await page.getByRole('tab', { name: 'Token', exact: true }).click()
  const [field, problem] = [page.getByLabel('Shared access signature'), page.locator('#token-problem')]
  await field.fill(password.slice('SharedAccessSignature '.length))
  await expect(problem).toContainText('A token starts with “SharedAccessSignature”')
  await field.fill(password.replace(`%2Fdevices%2F${device.deviceId}`, ''))
  await expect(problem).toContainText('The token is not for a single device')
  await field.fill(password.replace(/se=\d+/, 'se=soon'))
  await expect(problem).toContainText('se')
  await field.fill(password)
  await expect(problem).toHaveText('')
  await expect(page.locator('#token-parts')).toContainText(`Device${device.deviceId}`)
  await page.getByLabel('Endpoint').fill('localhost')
  await expect(problem).toContainText('The endpoint must start with wss:// or ws://')
  await page.getByLabel('Endpoint').fill(`ws://localhost:${hub.plainPort}`)
  await simulator.press('Connect')
  await simulator.isReady()
  await expect(page.locator('#key-notice')).toContainText(`This page holds a token of ${device.deviceId}`)
})

test('a link to a foreign token service shows its site before the page sends anything', async ({ page, simulator }) => {
  const notice = page.locator('#service-foreign')
  const address = page.getByLabel('URL of the token service')
  // It starts like a URL of this machine.
  await simulator.open('?service=https://localhost.evil.example/path')
  await expect(address).toHaveValue('https://localhost.evil.example/path')
  await expect(notice).toHaveText(/^https:\/\/localhost\.evil\.example is not the site of this page\./)
  await simulator.open('?service=https://xn--pple-43d.com')
  await expect(notice).toContainText('https://xn--pple-43d.com is not')
  await simulator.open('?service=https://аpple.com')
  await expect(notice).toContainText('https://xn--pple-43d.com is not')
  const own = new URL(page.url()).origin
  await address.fill(own)
  await expect(notice).toHaveText('')
  await simulator.open('?service=javascript:alert(1)')
  await expect(page.locator('#service-address-problem')).not.toBeEmpty()
  await expect(notice).toHaveText('')
})

test('a second tab shows the start page when its opener sends an invalid grant', async ({
  page,
  simulator,
  complaints,
}) => {
  complaints.expect(/SyntaxError|Connection string/)
  for (const grant of [
    null,
    7,
    { type: 'service', service: { address: 'javascript:1' } },
    { type: 'connectionString', text: 'nonsense' },
  ]) {
    await simulator.open()
    const coming = page.context().waitForEvent('page')
    await page.evaluate((hubtwinGrant) => {
      const opened = window.open('./?connect=opener', '_blank')
      addEventListener('message', () => opened?.postMessage({ hubtwinGrant }, location.origin))
    }, grant)
    const second = await coming
    await expect(second.getByRole('button', { name: 'Connect device1' })).toBeVisible()
    await expect(second.locator('#device')).toBeHidden()
    await second.close()
  }
})
