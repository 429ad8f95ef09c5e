import { newIdentity } from '../../emulator/src/identity/identity.ts'
import type { JsonObject } from '../../emulator/src/index.ts'
import { newCloudMessage } from '../../emulator/src/messages/cloud-message.ts'
import { report } from '../../emulator/src/twin/twin.ts'
import { changedAt } from './changed-at.ts'

export const keyOf = (length: number): string => Buffer.alloc(length, 'k').toString('base64')
const fresh = { now: 0, key: () => keyOf(32), number: () => 1 }
export const policyKeys = { primaryKey: keyOf(16), secondaryKey: keyOf(64) }
const device = newIdentity('a', undefined, { twin: { tags: { t: [1, { u: 'x' }] }, desired: { x: 1 } } }, fresh)
export const cloudMessage = newCloudMessage({ deviceId: 'a' }, { body: 'hi' }, { now: 0, sequenceNumber: 1, uuid: 'u' })
const JOB = {
  jobId: 'j',
  number: 1,
  status: 'completed',
  queryCondition: '*',
  work: { type: 'scheduleUpdateTwin', updateTwin: { etag: '*' } },
  maxExecutionTimeInSeconds: 60,
  createdAt: 0,
  startAt: 0,
}

/** A snapshot with every kind of record and every optional field. */
export const snapshot = JSON.parse(
  JSON.stringify({
    format: 'hubtwin-emulator',
    version: 1,
    takenAt: '2026-01-02T03:04:05Z',
    policies: {
      iothubowner: policyKeys,
      service: policyKeys,
      device: policyKeys,
      registryRead: policyKeys,
      registryReadWrite: policyKeys,
    },
    identities: [
      {
        ...device,
        parentScope: 'ms-azure-iot-edge://e-1',
        twin: {
          ...report(device.twin, { r: { s: 1 } }, 0),
          modelId: 'dtmi:a;1',
          configurations: {
            c: { status: 'Applied', number: 1, paths: ['properties.desired.x'] },
            k: { status: 'Targeted', number: 2, paths: [] },
          },
        },
        subscriptions: [
          { filter: '$iothub/twin/res/#', qos: 0 },
          { filter: 'devices/a/messages/devicebound/#', qos: 1 },
        ],
      },
      { ...newIdentity('a', 'm', { authentication: { type: 'none' } }, fresh) },
      {
        ...newIdentity('b', undefined, { status: 'disabled', statusReason: 'x'.repeat(128) }, fresh),
        authentication: { type: 'selfSigned', primaryThumbprint: 'AA', secondaryThumbprint: null },
      },
      { ...newIdentity('c', undefined, { authentication: { type: 'certificateAuthority' } }, fresh) },
    ],
    messages: [{ deviceId: 'a', queue: [cloudMessage, { ...cloudMessage, sequenceNumber: 2 }] }],
    jobs: [
      {
        job: { ...JOB, begunAt: 1, endedAt: 2, failureReason: 'because' },
        devices: [
          {
            deviceId: 'a',
            status: 'failed',
            begunAt: 1,
            endedAt: 2,
            updatedAt: 2,
            error: { code: 'x', description: 'y' },
          },
          {
            deviceId: 'b',
            status: 'completed',
            updatedAt: 2,
            methodResponse: { status: 200, payload: null },
          },
        ],
      },
      {
        job: {
          ...JOB,
          jobId: 'k',
          number: 2,
          work: { type: 'scheduleDeviceMethod', cloudToDeviceMethod: { methodName: 'reboot' } },
        },
        devices: [],
      },
    ],
    configurations: [
      {
        id: 'c',
        number: 1,
        etag: 1,
        schemaVersion: '1.0',
        labels: { env: 'test' },
        content: { deviceContent: { 'properties.desired.x': 1 } },
        targetCondition: '*',
        priority: 0,
        metrics: { all: 'SELECT deviceId FROM devices' },
        createdAt: 0,
        updatedAt: 0,
      },
      {
        id: 'k',
        number: 2,
        etag: 1,
        schemaVersion: '1.0',
        content: { deviceContent: { 'properties.desired.y': 1 } },
        targetCondition: '',
        priority: 3,
        metrics: {},
        createdAt: 0,
        updatedAt: 0,
      },
    ],
  }),
) as JsonObject

/** Copies the snapshot with another value at a path. Undefined removes the key. */
export function changed(place: string, value?: unknown): unknown {
  return changedAt(snapshot, place, value)
}
