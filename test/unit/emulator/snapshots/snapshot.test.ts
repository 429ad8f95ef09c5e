import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../../../emulator/src/index.ts'
import { newIdentity } from '../../../../emulator/src/identity/identity.ts'
import { newCloudMessage } from '../../../../emulator/src/messages/cloud-message.ts'
import { parseSnapshot } from '../../../../emulator/src/snapshots/snapshot.ts'
import { within } from '../../../../emulator/src/snapshots/snapshot-place.ts'
import { report } from '../../../../emulator/src/twin/twin.ts'
import { refusalOf } from '../../../support/refusal.ts'

const key = (length: number): string => Buffer.alloc(length, 'k').toString('base64')
const fresh = { now: 0, key: () => key(32), number: () => 1 }
const keys = { primaryKey: key(16), secondaryKey: key(64) }
const device = newIdentity('a', undefined, { twin: { tags: { t: [1, { u: 'x' }] }, desired: { x: 1 } } }, fresh)
const message = newCloudMessage({ deviceId: 'a' }, { body: 'hi' }, { now: 0, sequenceNumber: 1, uuid: 'u' })
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
const snapshot = JSON.parse(
  JSON.stringify({
    format: 'hubtwin-emulator',
    version: 1,
    takenAt: '2026-01-02T03:04:05Z',
    policies: { iothubowner: keys, service: keys, device: keys, registryRead: keys, registryReadWrite: keys },
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
    messages: [{ deviceId: 'a', queue: [message, { ...message, sequenceNumber: 2 }] }],
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
function changed(place: string, value?: unknown): unknown {
  const copy = structuredClone(snapshot)
  const names = place.split('/')
  const last = names.pop() ?? ''
  let at = copy as Record<string, unknown>
  for (const name of names) at = at[name] as Record<string, unknown>
  if (value === undefined) delete at[last]
  else at[last] = value
  return copy
}

function nested(levels: number, leaf: unknown = 1): unknown {
  let value = leaf
  for (let level = 0; level < levels; level++) value = { a: value }
  return value
}

describe('parseSnapshot() accepts', () => {
  test('a snapshot with every kind of record, and returns it', () => {
    expect(parseSnapshot(snapshot)).toBe(snapshot)
  })

  test.each<[string, unknown]>([
    ['configurations', undefined],
    ['identities/0/generationId', `${'aZ09-'.repeat(12)}abcd`],
    ['identities/0/etag', 0],
    ['identities/0/subscriptions', Array.from({ length: 20 }, () => ({ filter: '#', qos: 1 }))],
    ['identities/0/twin/desired/metadata/x/$lastUpdatedVersion', 5],
    ['identities/0/twin/desired/metadata/x/$lastUpdatedVersion', undefined],
    ['messages/0/queue/0/body', ''],
    ['messages/0/queue/0/body', 'AA=='],
    ['messages/0/queue/0/body', 'AAA='],
    ['messages/0/queue/0/body', 'AAAAA+/='],
    ['messages/0/queue/0/enqueuedAt', -62_167_219_200_000],
    ['messages/0/queue/0/expiresAt', 253_402_300_799_999],
    ['messages/0/queue/0/deliveryCount', 0],
    ['messages/0/queue', []],
    ['jobs/0/job/status', 'waiting'],
    ['jobs/0/job/status', 'running'],
    ['jobs/0/job/status', 'failed'],
    ['jobs/0/job/status', 'cancelled'],
    ['jobs/0/job/maxExecutionTimeInSeconds', 1_000_000_000],
    ['jobs/0/devices/0/status', 'pending'],
    ['jobs/0/devices/0/status', 'running'],
    ['jobs/0/devices/0/status', 'canceled'],
    ['jobs/0/devices/1/methodResponse', { status: -1, payload: nested(100) }],
    ['jobs/0/job/work/updateTwin/deep', nested(98)],
  ])('another value of %s (%#)', (place, value) => {
    expect(refusalOf(() => parseSnapshot(changed(place, value)))).toBeUndefined()
  })
})

const BAD_KEY = 'must be base64 of 16 to 64 bytes'
const BAD_TIME = 'must be an ISO 8601 time'
const TOO_LARGE = 'A message and its properties must not exceed 65536 bytes'
const BAD_DEPTH = 'must be an object of at most 100 levels'
const AT_LEAST1 = 'expected >=1 but received 0'

describe('parseSnapshot() refuses', () => {
  test.each<[string, unknown, string]>([
    ['format', 'other', 'format: expected "hubtwin-emulator" but received "other"'],
    ['version', 2, 'version: expected 1 but received 2'],
    ['takenAt', 'soon', `takenAt: ${BAD_TIME}`],
    ['more', 1, 'more: is not known here'],
    ['policies/service', undefined, 'policies.service: is missing'],
    ['policies/other', keys, 'policies.other: is not known here'],
    ['policies/service/other', 1, 'policies.service.other: is not known here'],
    ['policies/service/primaryKey', '', `policies.service.primaryKey: ${BAD_KEY}`],
    ['policies/service/primaryKey', key(15), `policies.service.primaryKey: ${BAD_KEY}`],
    ['policies/service/secondaryKey', key(65), `policies.service.secondaryKey: ${BAD_KEY}`],
    ['policies/service/secondaryKey', key(16).replace('=', ''), `policies.service.secondaryKey: ${BAD_KEY}`],
    ['identities', {}, 'identities: expected Array but received Object'],
    ['identities/0/other', 1, 'identities.0.other: is not known here'],
    ['identities/0/deviceId', 1, 'identities.0.deviceId: expected string but received 1'],
    ['identities/0/generationId', '', 'identities.0.generationId: must be letters and digits'],
    ['identities/0/generationId', 'a b', 'identities.0.generationId: must be letters and digits'],
    ['identities/0/generationId', ' a', 'identities.0.generationId: must be letters and digits'],
    ['identities/0/generationId', 'a ', 'identities.0.generationId: must be letters and digits'],
    ['identities/0/generationId', 'x'.repeat(65), 'identities.0.generationId: must be letters and digits'],
    ['identities/0/etag', -1, 'identities.0.etag: expected >=0 but received -1'],
    ['identities/0/etag', 1.5, 'identities.0.etag: '],
    ['identities/0/status', 'on', 'identities.0.status: expected ("enabled" | "disabled") but received "on"'],
    ['identities/0/statusReason', 'x'.repeat(129), 'identities.0.statusReason: '],
    ['identities/0/lastActivityTime', 'abc 1', `identities.0.lastActivityTime: ${BAD_TIME}`],
    ['identities/0/authentication/type', 'x', 'identities.0.authentication.type: '],
    ['identities/0/authentication/more', 1, 'identities.0.authentication.more: is not known here'],
    ['identities/1/authentication/more', 1, 'identities.1.authentication.more: is not known here'],
    [
      'identities/2/authentication/primaryThumbprint',
      undefined,
      'identities.2.authentication.primaryThumbprint: is missing',
    ],
    ['identities/2/authentication/secondaryThumbprint', 1, 'identities.2.authentication.secondaryThumbprint: '],
    ['identities/2/authentication/more', 1, 'identities.2.authentication.more: is not known here'],
    ['identities/0/authentication/secondaryKey', '', `identities.0.authentication.secondaryKey: ${BAD_KEY}`],
    ['identities/0/authentication/primaryKey', '', `identities.0.authentication.primaryKey: ${BAD_KEY}`],
    ['identities/0/capabilities', {}, 'identities.0.capabilities.iotEdge: is missing'],
    ['identities/0/twin/more', 1, 'identities.0.twin.more: is not known here'],
    ['identities/0/twin/etag', 0, `identities.0.twin.etag: ${AT_LEAST1}`],
    ['identities/0/twin/etag', 1.5, 'identities.0.twin.etag: '],
    ['identities/0/twin/tags', [], `identities.0.twin.tags: ${BAD_DEPTH}`],
    ['identities/0/twin/tags', nested(101), `identities.0.twin.tags: ${BAD_DEPTH}`],
    ['identities/0/twin/desired/version', 0, `identities.0.twin.desired.version: ${AT_LEAST1}`],
    ['identities/0/twin/desired/more', 0, 'identities.0.twin.desired.more: is not known here'],
    ['identities/0/twin/configurations/c/status', 'x', 'identities.0.twin.configurations.c.status: '],
    ['identities/0/twin/configurations/c/number', 0, `identities.0.twin.configurations.c.number: ${AT_LEAST1}`],
    ['identities/0/twin/configurations/c/paths', [1], 'identities.0.twin.configurations.c.paths.0: '],
    ['identities/0/subscriptions/0/qos', 2, 'identities.0.subscriptions.0.qos: expected (0 | 1) but received 2'],
    ['identities/0/subscriptions/0/more', 2, 'identities.0.subscriptions.0.more: is not known here'],
    ['identities/0/subscriptions/0/filter', 'x'.repeat(1025), 'identities.0.subscriptions.0.filter: '],
    [
      'identities/0/subscriptions',
      Array.from({ length: 21 }, () => ({ filter: '#', qos: 1 })),
      'identities.0.subscriptions: ',
    ],
    ['messages/0/more', 1, 'messages.0.more: is not known here'],
    [
      'messages/0/queue',
      Array.from({ length: 51 }, (_, at) => ({ ...message, sequenceNumber: at + 1 })),
      'messages.0.queue: ',
    ],
    ['messages/0/queue/0/more', 1, 'messages.0.queue.0.more: is not known here'],
    ['messages/0/queue/0/sequenceNumber', 0, `messages.0.queue.0.sequenceNumber: ${AT_LEAST1}`],
    ['messages/0/queue/0/body', '{', 'messages.0.queue.0.body: must be base64'],
    ['messages/0/queue/0/body', 'AAAAA', 'messages.0.queue.0.body: must be base64'],
    ['messages/0/queue/0/body', 'AAA', 'messages.0.queue.0.body: must be base64'],
    ['messages/0/queue/0/body', '!AAAA', 'messages.0.queue.0.body: must be base64'],
    ['messages/0/queue/0/body', '!!A=', 'messages.0.queue.0.body: must be base64'],
    ['messages/0/queue/0/body', 'A!==', 'messages.0.queue.0.body: must be base64'],
    ['messages/0/queue/0/enqueuedAt', -62_167_219_200_001, 'messages.0.queue.0.enqueuedAt: '],
    ['messages/0/queue/0/expiresAt', 253_402_300_800_000, 'messages.0.queue.0.expiresAt: '],
    ['jobs/0/more', 1, 'jobs.0.more: is not known here'],
    ['jobs/0/job/more', 1, 'jobs.0.job.more: is not known here'],
    ['jobs/0/job/jobId', 'a/b', 'jobs.0.job.jobId: must be 1 to 128 printable ASCII characters without separators'],
    ['jobs/0/job/status', 'lost', 'jobs.0.job.status: '],
    ['jobs/0/job/work/type', 'x', 'jobs.0.job.work.type: '],
    ['jobs/0/job/work/more', 1, 'jobs.0.job.work.more: is not known here'],
    ['jobs/1/job/work/more', 1, 'jobs.1.job.work.more: is not known here'],
    ['jobs/0/job/work/updateTwin', 1, `jobs.0.job.work.updateTwin: ${BAD_DEPTH}`],
    ['jobs/0/job/work/updateTwin/deep', nested(100), `jobs.0.job.work.updateTwin: ${BAD_DEPTH}`],
    ['jobs/1/job/work/cloudToDeviceMethod', undefined, 'jobs.1.job.work.cloudToDeviceMethod: is missing'],
    ['jobs/0/job/maxExecutionTimeInSeconds', 1_000_000_001, 'jobs.0.job.maxExecutionTimeInSeconds: '],
    ['jobs/0/devices/0/more', 1, 'jobs.0.devices.0.more: is not known here'],
    ['jobs/0/devices/0/status', 'lost', 'jobs.0.devices.0.status: '],
    ['jobs/0/devices/0/error', {}, 'jobs.0.devices.0.error.code: is missing'],
    ['jobs/0/devices/0/error/more', 1, 'jobs.0.devices.0.error.more: is not known here'],
    ['jobs/0/devices/1/methodResponse', { status: 200 }, 'jobs.0.devices.1.methodResponse.payload: '],
    ['jobs/0/devices/1/methodResponse', { status: 1.5, payload: 1 }, 'jobs.0.devices.1.methodResponse.status: '],
    ['jobs/0/devices/1/methodResponse/more', 1, 'jobs.0.devices.1.methodResponse.more: is not known here'],
    [
      'jobs/0/devices/1/methodResponse',
      { status: 200, payload: nested(101) },
      'jobs.0.devices.1.methodResponse.payload: must be JSON of at most 100 levels',
    ],
    ['configurations/0/more', 1, 'configurations.0.more: is not known here'],
    ['configurations/0/priority', -1, 'configurations.0.priority: '],
    ['configurations/0/content', [], `configurations.0.content: ${BAD_DEPTH}`],
    ['configurations/0/metrics', { a: 1 }, 'configurations.0.metrics.a: '],
    // The relations between records:
    [
      'identities/0/deviceId',
      'a b',
      "identities.0: deviceId must be 1 to 128 ASCII letters, digits, or - . + % _ # * ? ! ( ) , = @ $ ' :",
    ],
    [
      'identities/1/moduleId',
      '.',
      "identities.1: moduleId must not be '.' or '..': clients remove such a segment from every URL",
    ],
    [
      'identities/0/parentScope',
      'elsewhere',
      'identities.0: parentScope must be the scope of an IoT Edge device, and only a device has it',
    ],
    [
      'identities/1/parentScope',
      'ms-azure-iot-edge://e-1',
      'identities.1: parentScope must be the scope of an IoT Edge device, and only a device has it',
    ],
    [
      'identities/0/twin/tags/big',
      Array.from({ length: 3 }, () => 'x'.repeat(4000)),
      'identities.0: tags must not exceed 8192 bytes: would be 12014',
    ],
    [
      'identities/0/twin/tags/a.b',
      1,
      "identities.0: tags.a.b: a key must not contain control characters, '.', '$', '#', or a space",
    ],
    ['identities/0/twin/tags/n', null, 'identities.0: tags must not contain null, which deletes a property'],
    [
      'identities/0/twin/desired/value/n',
      { m: null },
      'identities.0: desired must not contain null, which deletes a property',
    ],
    [
      'identities/0/twin/reported/value/n',
      { m: { o: null } },
      'identities.0: reported must not contain null, which deletes a property',
    ],
    [
      'identities/0/subscriptions/1/filter',
      'devices/b/messages/devicebound/#',
      'identities.0: subscriptions must be filters of the identity itself',
    ],
    ['identities/0/twin/desired/metadata/x', 1, 'identities.0.twin.desired.metadata.x: is not metadata'],
    ['identities/0/twin/reported/metadata/r/s', 1, 'identities.0.twin.reported.metadata.r.s: is not metadata'],
    [
      'identities/0/twin/desired/metadata/$lastUpdated',
      1,
      `identities.0.twin.desired.metadata.$lastUpdated: ${BAD_TIME}`,
    ],
    [
      'identities/0/twin/desired/metadata/$lastUpdated',
      ['2026-01-01'],
      `identities.0.twin.desired.metadata.$lastUpdated: ${BAD_TIME}`,
    ],
    [
      'identities/0/twin/reported/metadata/r/$lastUpdated',
      'soon',
      `identities.0.twin.reported.metadata.r.$lastUpdated: ${BAD_TIME}`,
    ],
    [
      'identities/0/twin/desired/metadata/x/$lastUpdatedVersion',
      1.5,
      'identities.0.twin.desired.metadata.x.$lastUpdatedVersion: must be a whole number',
    ],
    ['identities/2/deviceId', 'a', 'identities.2: duplicate identity a'],
    ['identities/1/deviceId', 'x', 'identities.1: the module m has no device x'],
    ['messages/0/deviceId', 'nobody', 'messages.0: there is no device nobody'],
    ['messages/1', { deviceId: 'a', queue: [] }, 'messages.1: duplicate device a'],
    ['messages/0/queue/1/bag', '/', 'messages.0.queue.1: bag must be percent-encoded properties'],
    ['messages/0/queue/0/body', Buffer.alloc(65_537).toString('base64'), `messages.0.queue.0: ${TOO_LARGE}`],
    ['messages/0/queue/1/sequenceNumber', 1, 'messages.0.queue.1: sequenceNumber 1 must come after 1'],
    ['jobs/1/job/number', 1, 'jobs.1: number 1 must come after 1'],
    ['jobs/1/job/jobId', 'j', 'jobs.1: duplicate job j'],
    [
      'jobs/0/devices/0/deviceId',
      '.',
      "jobs.0: deviceId must not be '.' or '..': clients remove such a segment from every URL",
    ],
    ['jobs/0/devices/1/deviceId', 'A', 'jobs.0.devices.1: deviceId A must come after a'],
    ['configurations/1/number', 1, 'configurations.1: number 1 must come after 1'],
    ['configurations/1/id', 'c', 'configurations.1: duplicate configuration c'],
    ['configurations/0/id', 'A', 'configurations.0: '],
    ['configurations/0/labels', { env: 1 }, 'configurations.0: '],
    ['configurations/0/metrics', { all: 'SELECT' }, 'configurations.0: '],
    ['configurations/0/targetCondition', 'x =', 'configurations.0: '],
  ])('another value of %s (%#)', (place, value, message) => {
    const refusal = refusalOf(() => parseSnapshot(changed(place, value)))
    const start = `ArgumentInvalid: The snapshot cannot be restored: ${message}`
    // A message that ends with a space has an explanation of valibot or of another rule behind it.
    expect(message.endsWith(' ') ? refusal?.slice(0, start.length) : refusal).toBe(start)
  })

  test('metadata below the deepest twin', () => {
    const deep = (levels: number): object => {
      let metadata: object = { $lastUpdated: '2026-01-01' }
      for (let level = 0; level < levels; level++) metadata = { $lastUpdated: '2026-01-01', a: metadata }
      return metadata
    }
    const refusal = (levels: number): string | undefined =>
      refusalOf(
        () =>
          parseSnapshot(changed('identities/0/twin/tags', {})) &&
          parseSnapshot(changed('identities/0/twin/desired/metadata', deep(levels))),
      )
    expect(refusal(11)).toBeUndefined()
    expect(refusal(12)).toBe(
      `ArgumentInvalid: The snapshot cannot be restored: identities.0.twin.desired.metadata${'.a'.repeat(12)}: is not metadata`,
    )
  })

  test('a value that is no object', () => {
    expect(refusalOf(() => parseSnapshot(null))).toBe(
      'ArgumentInvalid: The snapshot cannot be restored: The value: expected Object but received null',
    )
  })
})

test('within() adds the path to any error', () => {
  const fails = (error: unknown): string | undefined =>
    refusalOf(() =>
      within('a.0', () => {
        throw error
      }),
    )
  expect(fails(new TypeError('bad'))).toBe('ArgumentInvalid: The snapshot cannot be restored: a.0: bad')
  expect(fails('text')).toBe('ArgumentInvalid: The snapshot cannot be restored: a.0: text')
  expect(refusalOf(() => within('a.0', () => undefined))).toBeUndefined()
})
