import { decodeJwt, decodeProtectedHeader } from 'jose'
import { describe, expect, test } from 'vitest'
import { makeSigningKey, publicKeys, signJwt, type SigningKey } from '../../../../service/src/tokens/jwt/signing-key.ts'
import { hasSigningKeys, signingKeys } from '../../../../service/src/tokens/jwt/signing-keys.ts'
import { memoryStore, START } from './memory-service.ts'

const LIFETIME_IN_SECONDS = 100
const idOf = ({ jwk }: SigningKey): unknown => jwk.kid

describe('signingKeys()', () => {
  test('generates a key once, and returns the same keys until they change', async () => {
    const store = memoryStore()
    expect(await hasSigningKeys(store)).toBe(false)
    const keys = signingKeys(store.signingKeys, LIFETIME_IN_SECONDS, () => START)
    const [first, second] = await Promise.all([keys.all(), keys.all()])
    expect(first).toHaveLength(1)
    expect(second).toBe(first)
    expect(first[0]?.createdAt).toBe(START)
    expect(await hasSigningKeys(store)).toBe(true)
  })

  test('keeps an old key until every JWT that it signed has expired', async () => {
    const { signingKeys: record } = memoryStore()
    let now = START
    const keys = signingKeys(record, LIFETIME_IN_SECONDS, () => now)
    const [first] = await keys.all()
    now += 60_000
    const second = await keys.rotate()
    expect((await keys.all()).map(idOf)).toEqual([second, first].map((key) => key && idOf(key)))
    now += 99_999
    const third = await keys.rotate({})
    expect((await keys.all()).map(idOf)).toEqual([third, second, first].map((key) => key && idOf(key)))
    now += 1
    const fourth = await keys.rotate({ keepOld: true })
    expect((await keys.all()).map(idOf)).toEqual([fourth, third, second].map(idOf))
  })

  test('can drop the old keys at once', async () => {
    const keys = signingKeys(memoryStore().signingKeys, LIFETIME_IN_SECONDS, () => START)
    await keys.all()
    const key = await keys.rotate({ keepOld: false })
    expect((await keys.all()).map(idOf)).toEqual([idOf(key)])
  })

  test('keeps the key of another rotation at the same time', async () => {
    const { signingKeys: record } = memoryStore()
    const keys = signingKeys(record, LIFETIME_IN_SECONDS, () => START)
    await keys.all()
    const [a, b] = await Promise.all([keys.rotate(), keys.rotate()])
    const all = (await keys.all()).map(idOf)
    expect(all).toHaveLength(3)
    expect(all).toEqual(expect.arrayContaining([idOf(a), idOf(b)]))
  })

  test.each(['', '{', '{}', '[]', 'null'])('does not replace the damaged keys %j', async (text) => {
    const { signingKeys: record } = memoryStore()
    await record.replace(undefined, text)
    const keys = signingKeys(record, LIFETIME_IN_SECONDS, () => START)
    await expect(keys.all()).rejects.toThrow(
      new SyntaxError('signing-keys.json holds no signing keys; restore it, or delete it and enroll each device again'),
    )
    expect(await record.read()).toBe(text)
  })
})

describe('a signing key', () => {
  test('is published without its private part', async () => {
    const key = await makeSigningKey(START)
    const { d, ...rest } = key.jwk
    expect(d).toBeDefined()
    expect(publicKeys([key])).toEqual({ keys: [rest] })
    expect(rest).toEqual({
      kty: 'EC',
      crv: 'P-256',
      x: expect.any(String) as string,
      y: expect.any(String) as string,
      kid: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      alg: 'ES256',
      use: 'sig',
    })
  })

  test.each([undefined, 'jti-1'])('signs all claims, with the ID %s', async (id) => {
    const key = await makeSigningKey(START)
    const claims = { issuer: 'i', subject: 's', issuedAt: 3.5, authenticatedAt: 2, expiresAt: 9 }
    const token = await signJwt(key, 'a', { ...claims, ...(id !== undefined && { id }) })
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'ES256', kid: key.jwk.kid, typ: 'JWT' })
    expect(decodeJwt(token)).toEqual({
      iss: 'i',
      aud: 'a',
      sub: 's',
      iat: 3.5,
      exp: 9,
      auth_time: 2,
      ...(id !== undefined && { jti: id }),
    })
  })
})
