import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deviceKeysOf, openRegistry } from '../../../service/src/index.ts'
import { sasFromDeviceKey } from '../../../service/src/tokens/index.ts'
import { type Fixture, useFixtures } from './fixture.ts'
import { type KeyPair, makeKey, sign } from './forge.ts'

const startFixture = useFixtures()
let fixture: Fixture
let key: KeyPair
const asked: string[] = []
const subjects = [
  'auth0|5f7c',
  ' ',
  '/',
  'ü',
  'x'.repeat(129),
  '.',
  '..',
  'kiosk 7',
  'kiosk-7\n',
  'a\0',
  '../twins/kiosk-7',
]

beforeAll(async () => {
  key = await makeKey('key-1')
  fixture = await startFixture({
    issuers: [{ issuer: 'https://login.example', audience: 'fleet', keys: async () => ({ keys: [key.publicJwk] }) }],
    deviceOf: ({ subject }) => (subject === 'mapped' ? 'not/an/id' : subject),
    sas: sasFromDeviceKey({ hostName: 'localhost' }, (deviceId) => {
      asked.push(deviceId)
      return deviceKeysOf(registry())(deviceId)
    }),
  })
})
afterAll(() => fixture.close())

const registry = (): ReturnType<typeof openRegistry> =>
  openRegistry(fixture.hub.connectionStrings.service({ plain: true }), { requestTimeoutInMs: 2000 })

describe('a JWT whose subject cannot be a device ID', () => {
  it.each([...subjects, 'mapped'])(
    'a JWT whose subject is %j gets 403 without a request to the registry',
    async (sub) => {
      asked.length = 0
      const answer = await fixture.post('/api/token', { token: await sign(key, { sub }) })
      expect(answer).toMatchObject({ status: 403, body: { code: 'ERR_NO_DEVICE' } })
      expect(fixture.audit.at(-1)).toMatchObject({ outcome: 'ERR_NO_DEVICE', subject: sub, reason: 'not a device ID' })
      expect({ asked, faults: fixture.faults }).toEqual({ asked: [], faults: [] })
    },
  )

  it('a JWT whose subject has every legal character reaches the registry', async () => {
    const sub = "aA0-.+%_#*?!(),:;=@$'"
    const answer = await fixture.post('/api/token', { token: await sign(key, { sub }) })
    expect(answer).toMatchObject({ status: 403, body: { code: 'ERR_NO_DEVICE', detail: 'The hub has no such device' } })
  })
})

describe('a text that cannot be a device ID', () => {
  it.each(subjects)(
    'the ID %j is refused by the registry, the keys and the codes before anything is sent',
    async (id) => {
      const twin = { properties: { desired: {} } }
      for (const attempt of [
        registry().getDevice(id),
        registry().getTwin(id),
        registry().updateTwin(id, twin, '*'),
        registry().createDevice(id),
        registry().disableDevice(id),
        fixture.enrollment.codes.make(id, 60),
      ])
        await expect(attempt).rejects.toThrow(TypeError)
      await expect(deviceKeysOf(registry())(id)).rejects.toMatchObject({ code: 'ERR_NO_DEVICE' })
    },
  )
})
