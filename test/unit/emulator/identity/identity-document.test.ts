import { expect, test } from 'vitest'
import { identityDocument } from '../../../../emulator/src/identity/identity-document.ts'
import { newIdentity } from '../../../../emulator/src/identity/identity.ts'

const never = '0001-01-01T00:00:00Z'
const sources = { now: 0, key: () => 'key', number: () => 42 }
const common = {
  generationId: '42',
  etag: 'NDI=',
  connectionState: 'Connected',
  connectionStateUpdatedTime: never,
  lastActivityTime: never,
  cloudToDeviceMessageCount: 2,
}
const noThumbprints = { primaryThumbprint: null, secondaryThumbprint: null }
const sas = { symmetricKey: { primaryKey: 'key', secondaryKey: 'key' }, x509Thumbprint: noThumbprints, type: 'sas' }
const noKeys = { primaryKey: null, secondaryKey: null }
const presence = { connected: true, messageCount: 2 }

test('identityDocument() has exactly the fields of a device', () => {
  const device = newIdentity('d', undefined, { capabilities: { iotEdge: true } }, sources)
  expect(identityDocument(device, presence)).toStrictEqual({
    deviceId: 'd',
    ...common,
    authentication: sas,
    status: 'enabled',
    statusReason: null,
    statusUpdatedTime: never,
    capabilities: { iotEdge: true },
    deviceScope: 'ms-azure-iot-edge://d-42',
  })
})

test('identityDocument() has exactly the fields of a module', () => {
  const module = newIdentity('d', 'm', { managedBy: 'me' }, sources)
  expect(identityDocument(module, presence)).toStrictEqual({
    moduleId: 'm',
    managedBy: 'me',
    deviceId: 'd',
    ...common,
    authentication: sas,
  })
})

test.each([
  [
    { type: 'selfSigned', primaryThumbprint: 'AA', secondaryThumbprint: null },
    { primaryThumbprint: 'AA', secondaryThumbprint: null },
  ],
  [{ type: 'certificateAuthority' }, noThumbprints],
] as const)('identityDocument() shows no keys with %j', (authentication, x509Thumbprint) => {
  const device = newIdentity('d', undefined, { authentication }, sources)
  expect(identityDocument(device, { connected: false, messageCount: 0 })).toMatchObject({
    connectionState: 'Disconnected',
    authentication: { symmetricKey: noKeys, x509Thumbprint, type: authentication.type },
  })
})
