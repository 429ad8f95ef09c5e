import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parseSas, signSas, verifySas } from '../../../../emulator/src/access/sas.ts'

interface Positive {
  readonly name: string
  readonly resourceUri: string
  readonly keyBase64: string
  readonly expiry: number
  readonly policyName: string | null
  readonly token: string
}
interface Negative {
  readonly name: string
  readonly basedOn: string
  readonly token: string
}

const vectors = JSON.parse(readFileSync(new URL('../../../vectors/sas.json', import.meta.url), 'utf8')) as {
  positive: Positive[]
  negative: Negative[]
}

const REFUSALS: Record<string, string> = {
  expired: 'expired',
  'wrong-key': 'wrong-signature',
  'scope-prefix-by-character': 'wrong-scope',
  'unescaped-signature': 'malformed',
}

describe('verifySas()', () => {
  test.each(vectors.positive)('accepts $name', ({ token, keyBase64, resourceUri, expiry, policyName }) => {
    const sas = parseSas(token)
    expect(sas?.policyName).toBe(policyName ?? undefined)
    const verdict = verifySas(sas, [keyBase64], resourceUri, (expiry - 1) * 1000)
    expect(verdict).toEqual({ type: 'accepted', expiresAt: expiry * 1000 })
  })

  test.each(vectors.positive)(
    'refuses $name from the moment that it expires',
    ({ token, keyBase64, resourceUri, expiry }) => {
      const verdict = verifySas(parseSas(token), [keyBase64], resourceUri, expiry * 1000)
      expect(verdict).toEqual({ type: 'refused', code: 'expired' })
    },
  )

  test.each(vectors.negative)('refuses $name by its own code', ({ name, basedOn, token }) => {
    const base = vectors.positive.find((each) => each.name === basedOn) as Positive
    const verdict = verifySas(parseSas(token), [base.keyBase64], base.resourceUri, 1_700_000_000_000)
    expect(verdict).toEqual({ type: 'refused', code: REFUSALS[name] })
  })

  test('ignores the case of the host, but not of the IDs', () => {
    const { token, keyBase64 } = vectors.positive[0] as Positive
    const verify = (resource: string): unknown => verifySas(parseSas(token), [keyBase64], resource, 0).type
    expect(verify('CONTOSO.azure-devices.NET/devices/device1')).toBe('accepted')
    expect(verify('contoso.azure-devices.net/devices/Device1')).toBe('refused')
  })

  test('accepts the second key as well as the first', () => {
    const { token, keyBase64, resourceUri } = vectors.positive[0] as Positive
    expect(verifySas(parseSas(token), ['AAAA', keyBase64], resourceUri, 0).type).toBe('accepted')
  })
})

test('verifySas() refuses a token that is signed with an empty key', () => {
  const token = signSas({ resource: 'h/devices/d', key: '', policyName: 'device', expiry: 9_000_000_000 })
  expect(verifySas(parseSas(token), ['', ''], 'h/devices/d', 0)).toEqual({ type: 'refused', code: 'wrong-signature' })
})

describe('verifySas() and a scope that is encoded twice', () => {
  const key = Buffer.alloc(32, 7).toString('base64')

  function verdictFor(deviceId: string, scope: string, policyName = ''): unknown {
    const signed = signSas({ resource: scope, key, policyName, expiry: 2000 })
    return verifySas(parseSas(signed), [key], `localhost/devices/${deviceId}`, 0)
  }

  test('accepts it from the device itself, for the whole resource or the ID alone', () => {
    const accepted = { type: 'accepted', expiresAt: 2_000_000 }
    expect(verdictFor('n@m.et#st', 'localhost/devices/n%40m.et%23st')).toEqual(accepted)
    expect(verdictFor('50%', 'localhost/devices/50%25')).toEqual(accepted)
    expect(verdictFor('50%', 'localhost/devices/50%')).toEqual(accepted)
  })

  test('refuses a third encoding, and an encoding that hides a slash', () => {
    const refused = { type: 'refused', code: 'wrong-scope' }
    expect(verdictFor('n@m', 'localhost/devices/n%2540m')).toEqual(refused)
    expect(verdictFor('device1', 'localhost%2Fdevices%2Fdevice1')).toEqual(refused)
  })

  test('refuses a policy token of one device for another device', () => {
    expect(verdictFor('a@b', 'localhost/devices/a%40b', 'device')).toEqual({ type: 'refused', code: 'wrong-scope' })
    expect(verdictFor('a%40b', 'localhost/devices/a%40b', 'device')).toMatchObject({ type: 'accepted' })
  })
})

describe('parseSas()', () => {
  const sig = `sig=${'A'.repeat(43)}%3D`
  const good = `SharedAccessSignature sr=a%2Fb&${sig}&se=1`

  test('reads the fields in any order, and keeps the resource as it is signed', () => {
    const read = {
      rawResource: 'a%2Fb',
      resource: 'a/b',
      signature: Buffer.alloc(32),
      expiry: '1',
      expiresAt: 1000,
    }
    expect(parseSas(good)).toStrictEqual(read)
    expect(parseSas(`SharedAccessSignature se=1&skn=&${sig}&sr=a%2Fb&other=x`)).toStrictEqual(read)
    expect(parseSas(`${good}&skn=my%20policy`)).toStrictEqual({ ...read, policyName: 'my policy' })
    expect(parseSas(good.replace('se=1', `se=${'9'.repeat(15)}`))?.expiresAt).toBe(999_999_999_999_999_000)
  })

  test.each([
    ['nothing', ''],
    ['a scheme alone', 'SharedAccessSignature'],
    ['another scheme', good.replace('S', 's')],
    ['two spaces', good.replace(' ', '  ')],
    ['a space behind it', `${good} `],
    ['a field that is there twice', `${good}&sr=a%2Fb`],
    ['an unknown field that is there twice', `${good}&x=1&x=1`],
    ['a field without a name', `${good}&=1`],
    ['a field without a value', `${good}&x`],
    ['no resource', good.replace('sr=', 'r=')],
    ['an empty resource', good.replace('a%2Fb', '')],
    ['a resource with an escape that is none', good.replace('a%2Fb', '%zz')],
    ['no signature', good.replace('sig=', 'g=')],
    ['a signature that is too short', good.replace('AAAA', '')],
    ['a signature that is too long', good.replace('AAAA', 'AAAAA')],
    ['a signature without its padding', good.replace('%3D', '')],
    ['a signature with more padding', good.replace('%3D', '%3D%3D')],
    ['a signature with a space', good.replace('A%3D', '%20%3D')],
    ['a signature with a plus that is not escaped', good.replace('A%3D', '+%3D')],
    ['a signature with an escape that is none', good.replace('A%3D', '%zz%3D')],
    ['no expiry', good.replace('se=', 'e=')],
    ['an expiry that is no number', good.replace('se=1', 'se=soon')],
    ['an expiry that begins with a sign', good.replace('se=1', 'se=-1')],
    ['an expiry that ends with a sign', good.replace('se=1', 'se=1s')],
    ['an expiry of 16 digits', good.replace('se=1', `se=${'1'.repeat(16)}`)],
    ['an empty expiry', good.replace('se=1', 'se=')],
    ['a policy name with an escape that is none', `${good}&skn=%`],
  ])('refuses %s', (_name, text) => {
    expect(parseSas(text)).toBeUndefined()
  })
})
