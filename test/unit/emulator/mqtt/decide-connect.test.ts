import { describe, expect, test } from 'vitest'
import type { Policy } from '../../../../emulator/src/access/policies.ts'
import { type Identity, identityKey } from '../../../../emulator/src/identity/identity-id.ts'
import { type IdentityRecord, newIdentity } from '../../../../emulator/src/identity/identity.ts'
import { type ConnectRequest, decideConnect } from '../../../../emulator/src/mqtt/decide-connect.ts'
import { token } from '../../../support/sas-token.ts'

const keyOf = (letter: string): string => Buffer.alloc(32, letter).toString('base64')
const [primary, secondary] = [keyOf('p'), keyOf('s')]
const policy = (name: string, rights: Policy['rights']): [string, Policy] => [
  name,
  { name, rights, primaryKey: primary, secondaryKey: secondary },
]
const policies = new Map([policy('device', ['DeviceConnect']), policy('service', ['ServiceConnect'])])

function record(deviceId: string, moduleId?: string, change: Partial<IdentityRecord> = {}): IdentityRecord {
  const created = newIdentity(deviceId, moduleId, {}, { now: 0, key: () => '', number: () => 42 })
  const authentication = { type: 'sas', primaryKey: keyOf('1'), secondaryKey: keyOf('2') } as const
  return { ...created, authentication, ...change }
}

const records = new Map(
  [
    record('d'),
    record('d', 'm'),
    record('off', undefined, { status: 'disabled' }),
    record('off', 'm'),
    record('d', 'off', { status: 'disabled' }),
    record('x', undefined, { authentication: { type: 'certificateAuthority' } }),
  ].map((each): [string, IdentityRecord] => [identityKey(each), each]),
)
const context = {
  hostName: 'Hub.test',
  policies,
  now: 1_000_000,
  find: (identity: Identity): IdentityRecord | undefined => records.get(identityKey(identity)),
}

function decide(request: Partial<ConnectRequest>): unknown {
  const username = request.username ?? 'hub.TEST/d/?api-version=2021-04-12'
  return decideConnect({ clientId: 'd', password: sas('d'), ...request, username }, context)
}

const sas = (path: string, key = keyOf('1'), options: { policyName?: string; expiry?: number } = {}): string =>
  token(`hub.test/devices/${path}`, key, { expiry: 5000, ...options })

describe('decideConnect() accepts', () => {
  const session = { identity: { deviceId: 'd' }, generationId: '42', authScope: 'device', expiresAt: 5_000_000 }

  test.each(['1', '2'])('a token that is signed with key %s of the device', (letter) => {
    expect(decide({ password: sas('d', keyOf(letter)) })).toStrictEqual({
      type: 'accepted',
      session: { ...session, apiVersion: '2021-04-12' },
    })
  })

  test('a model, and a user name without an api-version', () => {
    expect(decide({ username: 'Hub.test/d' })).toStrictEqual({ type: 'accepted', session })
    expect(decide({ username: 'Hub.test/d/?model-id=dtmi:a;1' })).toStrictEqual({
      type: 'accepted',
      session: { ...session, modelId: 'dtmi:a;1' },
    })
  })

  test('a module with its own key', () => {
    expect(decide({ clientId: 'd/m', username: 'hub.test/d/m', password: sas('d/modules/m') })).toStrictEqual({
      type: 'accepted',
      session: { ...session, identity: { deviceId: 'd', moduleId: 'm' }, authScope: 'module' },
    })
  })

  test.each([primary, secondary])('a policy that may connect devices, with either key (%#)', (key) => {
    const username = 'hub.test/x'
    const password = sas('x', key, { policyName: 'device' })
    expect(decide({ clientId: 'x', username, password })).toStrictEqual({
      type: 'accepted',
      session: { ...session, identity: { deviceId: 'x' }, authScope: 'hub' },
    })
    const ofModule = {
      clientId: 'd/m',
      username: 'hub.test/d/m',
      password: sas('d/modules/m', key, { policyName: 'device' }),
    }
    expect(decide(ofModule)).toMatchObject({ session: { authScope: 'hub' } })
  })
})

describe('decideConnect() refuses', () => {
  test.each<[string, Partial<ConnectRequest>]>([
    ['bad-user-name', { username: '' }],
    ['wrong-host', { username: 'other.test/d' }],
    ['wrong-client-id', { clientId: 'e' }],
    ['wrong-client-id', { clientId: 'd/m' }],
    ['unknown-identity', { clientId: 'e', username: 'hub.test/e', password: sas('e') }],
    ['disabled', { clientId: 'off', username: 'hub.test/off', password: sas('off') }],
    ['disabled', { clientId: 'off/m', username: 'hub.test/off/m', password: sas('off/modules/m') }],
    ['disabled', { clientId: 'd/off', username: 'hub.test/d/off', password: sas('d/modules/off') }],
    ['no-password', { password: '' }],
    ['no-password', { password: undefined }],
    ['malformed', { password: 'secret' }],
    ['unknown-policy', { password: sas('d', primary, { policyName: 'nobody' }) }],
    ['no-right', { password: sas('d', primary, { policyName: 'service' }) }],
    ['wrong-signature', { password: sas('d', keyOf('3')) }],
    ['wrong-signature', { password: sas('d', keyOf('1'), { policyName: 'device' }) }],
    ['wrong-signature', { clientId: 'x', username: 'hub.test/x', password: sas('x') }],
    ['wrong-scope', { password: sas('e') }],
    ['wrong-scope', { password: sas('d/modules/m') }],
    ['expired', { password: sas('d', keyOf('1'), { expiry: 1000 }) }],
  ])('%s: %j', (code, request) => {
    expect(decide(request)).toStrictEqual({ type: 'refused', code })
  })

  test('a CONNECT without a user name', () => {
    const request = { clientId: 'd', username: undefined, password: sas('d') }
    expect(decideConnect(request, context)).toStrictEqual({ type: 'refused', code: 'bad-user-name' })
  })
})
