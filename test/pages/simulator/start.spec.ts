import type { Locator } from '@playwright/test'
import { keyCredentials, parseConnectionString } from 'hubtwin'
import { DEVELOPMENT_DEVICE_CONNECTION_STRING } from 'hubtwin-emulator'
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
  expect(LOCAL_DEVICE_CONNECTION_STRING).toBe(DEVELOPMENT_DEVICE_CONNECTION_STRING)
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

test('the start page reads what people paste, and asks for the device of a policy', async ({
  page,
  hub,
  device,
  simulator,
}) => {
  const field = page.getByRole('textbox', { name: 'Connection string' })
  const problem = page.locator('#connection-problem')
  const policy = hub.connectionStrings.service({ plain: true })
  await simulator.open()
  await field.fill("export IOTHUB_DEVICE_CONNECTION_STRING=''")
  await expect(problem).toHaveText('IOTHUB_DEVICE_CONNECTION_STRING is empty.')
  await paste(field, `# for a page\nexport A='${policy}'\nexport B='${device.connectionString}'\n`)
  await expect(problem).toHaveText('')
  await expect(page.locator('#connection-parts')).toContainText(`DeviceId${device.deviceId}`)

  await field.fill('HostName=h.azure-devices.net;SharedAccessKeyName=service;SharedAccessKey=a2V5')
  await page.getByLabel('Device ID').fill('door-7')
  await expect(problem).toHaveText("This is the hub's policy key, not a device's.")
  await expect(page.locator('#policy-command-text')).toHaveText(/show --hub-name h --device-id door-7$/)
  await field.press('Enter')
  await expect(page.locator('#device')).toBeHidden()

  await field.fill(`"${policy}"`)
  await page.getByLabel('Device ID').fill('')
  await expect(problem).toHaveText("This is the hub's policy key, not a device's.")
  await page.getByLabel('Device ID').fill(device.deviceId)
  await expect(problem).toHaveText('')
  await page.getByLabel('Device ID').press('Enter')
  await simulator.isReady()
  await expect(page.locator('.bar-device')).toContainText(device.deviceId)
})

test('the start page says when no local hub runs, with the command to copy, and notices its start', async ({
  page,
  simulator,
  context,
  complaints,
}) => {
  complaints.expect(/ERR_FAILED/)
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.route('**/hub/ready', (route) => route.abort())
  await simulator.open()
  await expect(page.locator('#local-status')).toContainText('No local hub runs. Start it:')
  await page.getByRole('button', { name: 'Copy npm run emulator' }).click()
  await expect(page.locator('#local-command')).toContainText('Copied')
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('npm run emulator')
  await page.unroute('**/hub/ready')
  await expect(page.locator('#local-status')).toContainText('The local hub runs')
  await expect(page.locator('#local-command')).toBeHidden()
})

test('a link connects as any device of the local hub, with its switches', async ({ page, device, simulator }) => {
  await simulator.open(`?connect=local&device=${device.deviceId}&apply=off`)
  await simulator.isReady()
  await expect(page.locator('.bar-device')).toContainText(`${device.deviceId} @ localhost:10480`)
  await expect(page.getByLabel('Apply automatically')).not.toBeChecked()
  expect(new URL(page.url()).search).toBe(`?connect=local&device=${device.deviceId}&apply=off`)
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

/** Pastes a text with line breaks, which a fill would join. */
function paste(field: Locator, text: string): Promise<void> {
  return field.evaluate((element, pasted) => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text', pasted)
    element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
  }, text)
}
