import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Hub, startHub } from '../../../emulator/src/index.ts'
import { bearerProblem } from '../../../emulator/src/access/bearer.ts'
import { GAPS } from '../../../emulator/src/gaps/gaps.ts'
import { rest } from '../../support/rest.ts'

let hub: Hub

beforeAll(async () => {
  hub = await startHub()
})
afterAll(() => hub.close())

const asked = Object.values(GAPS).flatMap(({ operation, reason, requests = [] }) =>
  requests.map(([method, route]) => ({ operation, reason, method: method === '*' ? 'POST' : method, route })),
)

describe('a missing feature', () => {
  test.each(asked)('answers $method $route with 501 and the reason', async ({ method, route, operation, reason }) => {
    const path = route
      .replace('{[dD]evice[bB]ound}', '')
      .replace(':last', route.startsWith('/messages') ? 'serviceBound' : 'deviceBound')
      .replace(':deviceId', 'device1')
      .replace('*', 'some/thing')
    const { status, body, headers } = await rest(hub, method, path.replace('{[sS]ervice[bB]ound}', ''), {
      ...(method !== 'GET' && { body: {} }),
    })
    expect([status, headers.get('iothub-errorcode'), body['errorCode']]).toEqual([501, 'NotImplemented', 501001])
    expect(body['message']).toContain(operation)
    expect(body['message']).toContain(reason)
  })
})

describe('a Bearer token', () => {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const jwt = `${part({ alg: 'RS256' })}.${part({ aud: 'https://iothubs.azure.net' })}.c2ln`

  test('opens every route from this machine, whatever its issuer', async () => {
    for (const path of ['/devices/device1', '/twins/device1', '/jobs/v2/query', '/statistics/service']) {
      expect((await rest(hub, 'GET', path, { authorization: `Bearer ${jwt}` })).status).toBe(200)
    }
  })

  test.each([
    '',
    'x',
    'a.b.c',
    `${part([])}.${part({})}.c2ln`,
    `${part({})}.${part(1)}.c2ln`,
    `${part({})}.${part({})}.`,
    `${part({})}.${part({})}`,
    `${jwt}.x`,
    `${part({})}.${part({})}.a+b`,
  ])('%j is no JSON Web Token, and is refused', async (bearer) => {
    const { status, body } = await rest(hub, 'GET', '/twins/device1', { authorization: `Bearer ${bearer}` })
    expect([status, body['errorCode']]).toEqual([401, 401002])
  })

  test.each(['192.168.1.7', '::ffff:10.0.0.1', '172.17.0.1', ''])(
    'is refused from %j, which is no loopback address',
    (address) => {
      expect(bearerProblem(jwt, address)).toMatch(/only from its own machine/)
      expect(bearerProblem(jwt, '::1')).toBeUndefined()
    },
  )
})
