import { describe, expect, test } from 'vitest'
import { parseSnapshot } from '../../../../emulator/src/snapshots/snapshot.ts'
import { refusalOf } from '../../../support/refusal.ts'
import { nested } from '../../../support/changed-at.ts'
import { changed, cloudMessage, keyOf, policyKeys, snapshot } from '../../../support/snapshot.ts'

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
const BAD_DEPTH = 'must be an object of at most 100 levels'
const AT_LEAST1 = 'expected at least 1 but received 0'

describe('parseSnapshot() refuses', () => {
  test.each<[string, unknown, string]>([
    ['format', 'other', 'format: expected "hubtwin-emulator" but received "other"'],
    ['version', 2, 'version: expected 1 but received 2'],
    ['takenAt', 'soon', `takenAt: ${BAD_TIME}`],
    ['more', 1, 'more: is not known here'],
    ['policies/service', undefined, 'policies.service: is missing'],
    ['policies/other', policyKeys, 'policies.other: is not known here'],
    ['policies/service/other', 1, 'policies.service.other: is not known here'],
    ['policies/service/primaryKey', '', `policies.service.primaryKey: ${BAD_KEY}`],
    ['policies/service/primaryKey', keyOf(15), `policies.service.primaryKey: ${BAD_KEY}`],
    ['policies/service/secondaryKey', keyOf(65), `policies.service.secondaryKey: ${BAD_KEY}`],
    ['policies/service/secondaryKey', keyOf(16).replace('=', ''), `policies.service.secondaryKey: ${BAD_KEY}`],
    ['identities', {}, 'identities: expected an array but received an object'],
    ['identities/0/other', 1, 'identities.0.other: is not known here'],
    ['identities/0/deviceId', 1, 'identities.0.deviceId: expected a string but received 1'],
    ['identities/0/generationId', '', 'identities.0.generationId: must be letters and digits'],
    ['identities/0/generationId', 'a b', 'identities.0.generationId: must be letters and digits'],
    ['identities/0/generationId', ' a', 'identities.0.generationId: must be letters and digits'],
    ['identities/0/generationId', 'a ', 'identities.0.generationId: must be letters and digits'],
    ['identities/0/generationId', 'x'.repeat(65), 'identities.0.generationId: must be letters and digits'],
    ['identities/0/etag', -1, 'identities.0.etag: expected at least 0 but received -1'],
    ['identities/0/etag', 1.5, 'identities.0.etag: '],
    ['identities/0/status', 'on', 'identities.0.status: expected enabled or disabled but received "on"'],
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
    ['identities/0/subscriptions/0/qos', 2, 'identities.0.subscriptions.0.qos: expected 0 or 1 but received 2'],
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
      Array.from({ length: 51 }, (_, at) => ({ ...cloudMessage, sequenceNumber: at + 1 })),
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
  ])('another value of %s (%#)', (place, value, message) => {
    const refusal = refusalOf(() => parseSnapshot(changed(place, value)))
    const start = `ArgumentInvalid: The snapshot cannot be restored: ${message}`
    // A message that ends with a space has an explanation of valibot or of another rule behind it.
    expect(message.endsWith(' ') ? refusal?.slice(0, start.length) : refusal).toBe(start)
  })

  test('a value that is no object', () => {
    expect(refusalOf(() => parseSnapshot(null))).toBe(
      'ArgumentInvalid: The snapshot cannot be restored: The value: expected an object but received null',
    )
  })
})
