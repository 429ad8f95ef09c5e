import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { keyCredentials, parseConnectionString } from 'hubtwin'
import { developmentDeviceConnectionString } from 'hubtwin-emulator'
import { expect, it, onTestFinished } from 'vitest'
import { localDeviceConnectionString } from '../../web-demo/src/local-hub.ts'
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

  it('asks a token service as the device that a one-time code belongs to, and holds no key then', async () => {
    const service = await serveTokens(simulator.connectionString)
    const { page, complaints } = await simulator.open()
    await page.getByRole('tab', { name: 'Token service' }).click()
    await page.getByLabel('Address of the service').fill('http://tokens.example.com')
    await seen(page.locator('#service-address-fault'), 'has to be https://')
    await page.getByLabel('Address of the service').fill(service.url)
    await page.getByLabel('One-time code, or a JWT').fill('wrong')
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    await seen(page.locator('#service-fault'), 'The token service answered 401: unknown code')
    await page.getByLabel('One-time code, or a JWT').fill('code-1')
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    await isReady(page)
    expect(service.bearers).toEqual([service.jwt])
    expect(await page.locator('#key-notice').isHidden()).toBe(true)
    const link = new URL(page.url()).searchParams
    expect(Object.fromEntries(link)).toEqual({ service: service.url, host: 'localhost', device: 'device1' })
    await page.reload()
    expect(await page.getByLabel('Address of the service').inputValue()).toBe(service.url)
    expect(await page.getByLabel('One-time code, or a JWT').inputValue()).toBe('')
    expect(await page.content()).not.toContain(service.jwt)
    expect(complaints.filter((text) => !text.includes('401'))).toEqual([])
  })

  it('asks a token service by a JWT for the device that is named beside it, and says when it can not be reached', async () => {
    const service = await serveTokens(simulator.connectionString)
    const { page } = await simulator.open(undefined, '?service=http://localhost:1&device=device1')
    await page.getByLabel('One-time code, or a JWT').fill(service.jwt)
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    await seen(page.locator('#service-fault'), 'Write the HostName of the hub')
    await page.getByLabel('HostName').fill('localhost')
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    await seen(page.locator('#trouble'), 'The token service at localhost:1 could not be reached')
  })
})

interface TokenServer {
  readonly url: string
  readonly jwt: string
  /** What came as `Authorization: Bearer …`, in order. */
  readonly bearers: readonly string[]
}

/** Answers as the service of this project does; its own tests hold that one to its words. */
async function serveTokens(connectionString: string): Promise<TokenServer> {
  const { identity, sharedAccessKey = '', endpoint } = parseConnectionString(connectionString)
  const credentials = keyCredentials(identity, sharedAccessKey)
  const jwt = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJkZXZpY2UxIn0.bWFkZS11cA'
  const bearers: string[] = []
  const server = createServer(async (request, response) => {
    const headers = {
      'content-type': 'application/json',
      'access-control-allow-origin': request.headers.origin ?? '',
      'access-control-allow-credentials': 'true',
      'access-control-allow-headers': 'authorization, content-type',
    }
    const answer = (status: number, body: object): void => {
      response.writeHead(status, headers).end(JSON.stringify(body))
    }
    const body = (await request.setEncoding('utf8').toArray()).join('')
    if (request.method === 'OPTIONS') return answer(200, {})
    if (request.url === '/api/enrol') {
      const isKnown = (JSON.parse(body) as { code: string }).code === 'code-1'
      if (!isKnown) return answer(401, { error: { code: 'ERR_CODE', message: 'unknown code' } })
      return answer(200, { token: jwt, ...identity, endpoint, expiresAt: Date.now() + 60_000 })
    }
    bearers.push(request.headers.authorization?.replace('Bearer ', '') ?? '')
    answer(200, await credentials.token())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://localhost:${(server.address() as AddressInfo).port}`, jwt, bearers }
}
