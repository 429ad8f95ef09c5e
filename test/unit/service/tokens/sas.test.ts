import { describe, expect, test } from 'vitest'
import { functionHandler, sasFromDeviceKey, sasFromPolicy } from '../../../../service/src/tokens/index.ts'

const KEY = 'bWFkZS11cA=='
const POLICY = { sharedAccessKeyName: 'device', sharedAccessKey: KEY }
const HOST_NAME = 'contoso.azure-devices.net'

function lifetimeOf(expiresAt: number): number {
  return Math.round((expiresAt - Date.now()) / 60_000)
}

describe('a password for a device', () => {
  test('from a policy names the policy, and lasts an hour', async () => {
    const { password, expiresAt } = await sasFromPolicy({ hostName: HOST_NAME }, POLICY)('device1')
    expect(password).toMatch(
      /^SharedAccessSignature sr=contoso\.azure-devices\.net%2Fdevices%2Fdevice1&sig=.+&skn=device&se=\d+$/,
    )
    expect(lifetimeOf(expiresAt)).toBe(60)
  })

  test("from a device's key reads the key each time", async () => {
    const read: string[] = []
    const sas = sasFromDeviceKey({ hostName: HOST_NAME, lifetimeInMinutes: 5 }, async (deviceId) => {
      read.push(deviceId)
      return KEY
    })
    await sas('device1')
    const { password, expiresAt } = await sas('device2')
    expect(read).toEqual(['device1', 'device2'])
    expect(password).toMatch(/^SharedAccessSignature sr=[^&]+device2&sig=[^&]+&se=\d+$/)
    expect(lifetimeOf(expiresAt)).toBe(5)
  })

  test.each([0, 1.5, -1, Number.NaN])('cannot last %s minutes', (lifetimeInMinutes) => {
    const error = new RangeError(
      `Lifetime of a signature is ${lifetimeInMinutes} minutes; expected a whole number, at least 1`,
    )
    expect(() => sasFromPolicy({ hostName: HOST_NAME, lifetimeInMinutes }, POLICY)).toThrow(error)
    expect(() => sasFromDeviceKey({ hostName: HOST_NAME, lifetimeInMinutes }, async () => KEY)).toThrow(error)
  })

  test('can last a minute', async () => {
    const { expiresAt } = await sasFromPolicy({ hostName: HOST_NAME, lifetimeInMinutes: 1 }, POLICY)('device1')
    expect(lifetimeOf(expiresAt)).toBe(1)
  })
})

describe('functionHandler()', () => {
  const seen: { method: string; url: string; body: string; name: string | null; peer: unknown }[] = []
  const handler = functionHandler({
    async fetch(request, peer) {
      const body = await request.text()
      seen.push({ method: request.method, url: request.url, body, name: request.headers.get('x-name'), peer })
      return new Response('answer', { status: 202, headers: { 'x-answer': 'yes' } })
    },
  })
  const requestOf = (method: string, headers: Record<string, string>): Parameters<typeof handler>[0] => ({
    method,
    url: 'https://t.example/api/token',
    headers: new Headers(headers),
    arrayBuffer: async () => new TextEncoder().encode('body').buffer,
  })

  test.each([
    ['POST', {}, 'body', undefined],
    ['GET', {}, '', undefined],
    ['HEAD', {}, '', undefined],
    ['POST', { 'x-forwarded-for': '6.6.6.6,7.7.7.7,203.0.113.7:40001' }, 'body', '203.0.113.7:40001'],
  ])('passes on a %s with the headers %j', async (method, headers, body, address) => {
    const answer = await handler(requestOf(method, { 'x-name': 'n', ...headers }))
    expect({ ...answer, headers: answer.headers.get('x-answer') }).toEqual({
      status: 202,
      headers: 'yes',
      body: 'answer',
    })
    expect(seen.at(-1)).toEqual({ method, url: 'https://t.example/api/token', body, name: 'n', peer: { address } })
  })
})
