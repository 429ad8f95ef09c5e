import { expect, test } from 'vitest'
import { type IdentityRecord, newIdentity } from '../../../../emulator/src/identity/identity.ts'
import { deviceTwinDocument, twinDocument } from '../../../../emulator/src/twin/twin-document.ts'
import { patchTwin, report } from '../../../../emulator/src/twin/twin.ts'

const created = newIdentity(
  'd',
  undefined,
  { twin: { tags: { t: 1 } } },
  { now: 0, key: () => 'key', number: () => 42 },
)
const twin = report(patchTwin(created.twin, { desired: { a: 1 } }, 1000).twin, { b: 2 }, 2000)
const device: IdentityRecord = { ...created, twin }
const [at1, at2] = ['1970-01-01T00:00:01.0000000Z', '1970-01-01T00:00:02.0000000Z']

const document = {
  deviceId: 'd',
  etag: 'AAAAAAAAAAI=',
  deviceEtag: 'NDI=',
  status: 'enabled',
  statusUpdateTime: '0001-01-01T00:00:00Z',
  connectionState: 'Connected',
  lastActivityTime: '0001-01-01T00:00:00Z',
  cloudToDeviceMessageCount: 3,
  authenticationType: 'sas',
  x509Thumbprint: { primaryThumbprint: null, secondaryThumbprint: null },
  version: 4,
  tags: { t: 1 },
  properties: {
    desired: {
      a: 1,
      $metadata: {
        $lastUpdated: at1,
        $lastUpdatedVersion: 2,
        a: { $lastUpdated: at1, $lastUpdatedVersion: 2 },
      },
      $version: 2,
    },
    reported: { b: 2, $metadata: { $lastUpdated: at2, b: { $lastUpdated: at2 } }, $version: 2 },
  },
  capabilities: { iotEdge: false },
}

test('twinDocument() has exactly the fields of a device without extras', () => {
  expect(twinDocument(device, { connected: true, messageCount: 3 })).toStrictEqual(document)
})

test('twinDocument() adds the fields that only some identities have', () => {
  const full = {
    ...device,
    moduleId: 'm',
    statusReason: 'broken',
    parentScope: 'ms-azure-iot-edge://e-1',
    twin: {
      ...twin,
      modelId: 'dtmi:a;1',
      configurations: { c: { status: 'Applied', number: 7, paths: ['properties.desired.a'] } as const },
    },
  }
  expect(twinDocument(full, { connected: false, messageCount: 0 })).toStrictEqual({
    ...document,
    moduleId: 'm',
    statusReason: 'broken',
    connectionState: 'Disconnected',
    cloudToDeviceMessageCount: 0,
    modelId: 'dtmi:a;1',
    configurations: { c: { status: 'Applied' } },
    deviceScope: 'ms-azure-iot-edge://e-1',
    parentScopes: ['ms-azure-iot-edge://e-1'],
  })
})

test('deviceTwinDocument() has only the properties and their versions', () => {
  expect(deviceTwinDocument(twin)).toStrictEqual({ desired: { a: 1, $version: 2 }, reported: { b: 2, $version: 2 } })
})
