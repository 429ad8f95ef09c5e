import { describe, expect, test } from 'vitest'
import {
  type IdentityRecord,
  type IdentityRequest,
  type IdentitySources,
  credentialsChanged,
  newIdentity,
  parseIdentityRequest,
  updateIdentity,
} from '../../../../emulator/src/identity/identity.ts'
import { newTwin } from '../../../../emulator/src/twin/twin.ts'
import { refusalOf } from '../../../support/refusal.ts'

const NEVER = '0001-01-01T00:00:00Z'

/** Sources that count: the keys are key1, key2, …, and the numbers 1, 2, …. */
function counting(now = 0): IdentitySources {
  let keys = 0
  let numbers = 0
  return { now, key: () => `key${++keys}`, number: () => ++numbers }
}

const created = {
  deviceId: 'd',
  generationId: '1',
  etag: 2,
  status: 'enabled',
  statusReason: null,
  statusUpdatedTime: NEVER,
  connectionStateUpdatedTime: NEVER,
  lastActivityTime: NEVER,
  authentication: { type: 'sas', primaryKey: 'key1', secondaryKey: 'key2' },
  capabilities: { iotEdge: false },
  managedBy: '',
  twin: newTwin(0),
  subscriptions: [],
}

describe('newIdentity()', () => {
  test('generates what the request omits', () => {
    expect(newIdentity('d', undefined, {}, counting())).toStrictEqual(created)
  })

  test('takes the fields of the request', () => {
    const request = {
      status: 'disabled',
      statusReason: 'broken',
      authentication: { type: 'sas', primaryKey: 'given', secondaryKey: '' },
      capabilities: { iotEdge: true },
      managedBy: 'me',
      scopes: { parentScopes: ['ms-azure-iot-edge://e-1'] },
      twin: { tags: { a: 1 } },
    } as const
    expect(newIdentity('d', undefined, request, counting())).toStrictEqual({
      ...created,
      status: 'disabled',
      statusReason: 'broken',
      authentication: { type: 'sas', primaryKey: 'given', secondaryKey: 'key1' },
      capabilities: { iotEdge: true },
      managedBy: 'me',
      twin: newTwin(0, { tags: { a: 1 } }),
      parentScope: 'ms-azure-iot-edge://e-1',
    })
  })

  test('gives a module no parent', () => {
    const request = { scopes: { deviceScope: 'ms-azure-iot-edge://e-1' } }
    expect(newIdentity('d', 'm', request, counting())).toStrictEqual({ ...created, moduleId: 'm' })
  })

  test('checks both IDs', () => {
    const refusal = (deviceId: string, moduleId?: string): string | undefined =>
      refusalOf(() => newIdentity(deviceId, moduleId, {}, counting()))
    expect(refusal('a/b')).toMatch(/^ArgumentInvalid: deviceId is "a\/b"; expected/)
    expect(refusal('a', '')).toMatch(/^ArgumentInvalid: moduleId is ""; expected/)
  })
})

describe('updateIdentity()', () => {
  const before: IdentityRecord = {
    ...newIdentity('d', undefined, {}, counting()),
    statusReason: 'because',
    managedBy: 'me',
    parentScope: 'ms-azure-iot-edge://e-1',
  }
  const update = (request: IdentityRequest, record = before): IdentityRecord =>
    updateIdentity(record, request, { ...counting(1000), number: () => 7, key: () => 'fresh' })

  test('keeps what the request omits', () => {
    expect(update({})).toStrictEqual({ ...before, etag: 7 })
  })

  test('takes the fields of the request, and the time of a new status', () => {
    const request = {
      status: 'disabled',
      statusReason: null,
      authentication: { type: 'none' },
      capabilities: { iotEdge: true },
      managedBy: '',
      scopes: { parentScopes: [] },
    } as const
    const { parentScope: _parent, ...rest } = before
    expect(update(request)).toStrictEqual({
      ...rest,
      etag: 7,
      status: 'disabled',
      statusReason: null,
      statusUpdatedTime: '1970-01-01T00:00:01.0000000Z',
      authentication: { type: 'none' },
      capabilities: { iotEdge: true },
      managedBy: '',
    })
    expect(update({ status: 'enabled' }).statusUpdatedTime).toBe(NEVER)
    expect(update({ statusReason: 'new' }).statusReason).toBe('new')
  })

  test('keeps a key that the request leaves empty', () => {
    const keys = (primaryKey: string, secondaryKey: string): unknown =>
      update({ authentication: { type: 'sas', primaryKey, secondaryKey } }).authentication
    expect(keys('', '')).toStrictEqual(before.authentication)
    expect(keys('new', '')).toStrictEqual({ type: 'sas', primaryKey: 'new', secondaryKey: 'key2' })
    expect(keys('', 'new')).toStrictEqual({ type: 'sas', primaryKey: 'key1', secondaryKey: 'new' })
  })

  test('generates keys for a device that had none', () => {
    const request = { authentication: { type: 'sas', primaryKey: '', secondaryKey: '' } } as const
    const certified = { ...before, authentication: { type: 'certificateAuthority' } } as const
    expect(update(request, certified).authentication).toStrictEqual({
      type: 'sas',
      primaryKey: 'fresh',
      secondaryKey: 'fresh',
    })
  })
})

test('credentialsChanged() is true for other keys, and for a disabled device', () => {
  const record = newIdentity('d', undefined, {}, counting())
  const changed = (change: Partial<IdentityRecord>): boolean => credentialsChanged(record, { ...record, ...change })
  expect(changed({ statusReason: 'x', etag: 9 })).toBe(false)
  expect(changed({ authentication: { type: 'sas', primaryKey: 'key1', secondaryKey: 'key2' } })).toBe(false)
  expect(changed({ authentication: { type: 'sas', primaryKey: 'key1', secondaryKey: 'x' } })).toBe(true)
  expect(changed({ status: 'disabled' })).toBe(true)
})

describe('parseIdentityRequest()', () => {
  const key = (length: number): string => Buffer.alloc(length, 'k').toString('base64')
  const sas = (primaryKey: unknown, secondaryKey?: unknown): object => ({
    authentication: { type: 'sas', symmetricKey: { primaryKey, secondaryKey } },
  })
  const noKeys = { type: 'sas', primaryKey: '', secondaryKey: '' }

  test.each([
    [{}, {}],
    [
      { status: null, statusReason: null, authentication: null, capabilities: null, managedBy: null },
      { statusReason: null },
    ],
    [{ status: 'enabled', deviceId: 'x', etag: 'y' }, { status: 'enabled' }],
    [
      { status: 'disabled', statusReason: '' },
      { status: 'disabled', statusReason: '' },
    ],
    [{ statusReason: 'x'.repeat(128) }, { statusReason: 'x'.repeat(128) }],
    [{ statusReason: 1, managedBy: 1, capabilities: [] }, {}],
    [{ capabilities: {} }, { capabilities: { iotEdge: false } }],
    [{ capabilities: { iotEdge: 'true' } }, { capabilities: { iotEdge: false } }],
    [{ capabilities: { iotEdge: true, more: 1 } }, { capabilities: { iotEdge: true } }],
    [{ managedBy: 'me' }, { managedBy: 'me' }],
    [{ deviceScope: 'scope' }, { scopes: { deviceScope: 'scope' } }],
    [{ authentication: {} }, { authentication: noKeys }],
    [{ authentication: { type: null } }, { authentication: noKeys }],
    [{ authentication: { type: 'SAS', symmetricKey: [] } }, { authentication: noKeys }],
    [sas(null, ''), { authentication: noKeys }],
    [sas(key(16), key(64)), { authentication: { type: 'sas', primaryKey: key(16), secondaryKey: key(64) } }],
    [
      { authentication: { type: 'selfSigned' } },
      { authentication: { type: 'selfSigned', primaryThumbprint: null, secondaryThumbprint: null } },
    ],
    [
      { authentication: { type: 'SelfSigned', x509Thumbprint: { primaryThumbprint: 'AA', secondaryThumbprint: 1 } } },
      { authentication: { type: 'selfSigned', primaryThumbprint: 'AA', secondaryThumbprint: null } },
    ],
    [
      { authentication: { type: 'selfSigned', x509Thumbprint: { primaryThumbprint: 1, secondaryThumbprint: 'BB' } } },
      { authentication: { type: 'selfSigned', primaryThumbprint: null, secondaryThumbprint: 'BB' } },
    ],
    [{ authentication: { type: 'CertificateAuthority' } }, { authentication: { type: 'certificateAuthority' } }],
    [{ authentication: { type: 'None' } }, { authentication: { type: 'none' } }],
  ])('reads %j as %j', (body, request) => {
    expect(parseIdentityRequest(body as never)).toStrictEqual({ scopes: {}, ...request })
  })

  test.each([
    [{ status: 'on' }, "status must be 'enabled' or 'disabled'"],
    [{ status: '' }, "status must be 'enabled' or 'disabled'"],
    [{ statusReason: 'x'.repeat(129) }, 'statusReason must not exceed 128 characters'],
    [{ authentication: 'sas' }, 'authentication must be an object'],
    [
      { authentication: { type: 'x509' } },
      'authentication.type must be sas, selfSigned, certificateAuthority, or none',
    ],
    [sas(key(15)), 'primaryKey must be base64 of 16 to 64 bytes'],
    [sas(key(65)), 'primaryKey must be base64 of 16 to 64 bytes'],
    [sas(key(16), key(15)), 'secondaryKey must be base64 of 16 to 64 bytes'],
    [sas(key(16).replace('=', '')), 'primaryKey must be base64 of 16 to 64 bytes'],
    [sas(1), 'primaryKey must be base64 of 16 to 64 bytes'],
    [{ parentScopes: 1 }, 'parentScopes must be an array of at most one string'],
  ])('refuses %j', (body, message) => {
    expect(refusalOf(() => parseIdentityRequest(body as never))).toBe(`ArgumentInvalid: ${message}`)
  })
})
