import { expect, test } from 'vitest'
import { identityDocument } from '../../../../emulator/src/identity/identity-document.ts'
import { newIdentity } from '../../../../emulator/src/identity/identity.ts'

const NEVER = '0001-01-01T00:00:00Z'
const sources = { now: 0, key: () => 'key', number: () => 42 }
const COMMON = {
  generationId: '42',
  etag: 'NDI=',
  connectionState: 'Connected',
  connectionStateUpdatedTime: NEVER,
  lastActivityTime: NEVER,
  cloudToDeviceMessageCount: 2,
}
const NO_THUMBPRINTS = { primaryThumbprint: null, secondaryThumbprint: null }
const SAS = { symmetricKey: { primaryKey: 'key', secondaryKey: 'key' }, x509Thumbprint: NO_THUMBPRINTS, type: 'sas' }
const NO_KEYS = { primaryKey: null, secondaryKey: null }
const PRESENCE = { connected: true, messageCount: 2 }

test('identityDocument() has exactly the fields of a device', () => {
  const device = newIdentity('d', undefined, { capabilities: { iotEdge: true } }, sources)
  expect(identityDocument(device, PRESENCE)).toStrictEqual({
    deviceId: 'd',
    ...COMMON,
    authentication: SAS,
    status: 'enabled',
    statusReason: null,
    statusUpdatedTime: NEVER,
    capabilities: { iotEdge: true },
    deviceScope: 'ms-azure-iot-edge://d-42',
  })
})

test('identityDocument() has exactly the fields of a module', () => {
  const module = newIdentity('d', 'm', { managedBy: 'me' }, sources)
  expect(identityDocument(module, PRESENCE)).toStrictEqual({
    moduleId: 'm',
    managedBy: 'me',
    deviceId: 'd',
    ...COMMON,
    authentication: SAS,
  })
})

test.each([
  [
    { type: 'selfSigned', primaryThumbprint: 'AA', secondaryThumbprint: null },
    { primaryThumbprint: 'AA', secondaryThumbprint: null },
  ],
  [{ type: 'certificateAuthority' }, NO_THUMBPRINTS],
] as const)('identityDocument() shows no keys with %j', (authentication, x509Thumbprint) => {
  const device = newIdentity('d', undefined, { authentication }, sources)
  expect(identityDocument(device, { connected: false, messageCount: 0 })).toMatchObject({
    connectionState: 'Disconnected',
    authentication: { symmetricKey: NO_KEYS, x509Thumbprint, type: authentication.type },
  })
})
