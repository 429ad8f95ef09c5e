import { describe, expect, test } from 'vitest'
import { parseSnapshot } from '../../../../emulator/src/snapshots/snapshot.ts'
import { within } from '../../../../emulator/src/snapshots/snapshot-place.ts'
import { refusalOf } from '../../../support/refusal.ts'
import { changed } from '../../../support/snapshot.ts'

const BAD_TIME = 'must be an ISO 8601 time'
const TOO_LARGE = 'A message and its properties must not exceed 65536 bytes'

describe('parseSnapshot() refuses', () => {
  test.each<[string, unknown, string]>([
    [
      'identities/0/deviceId',
      'a b',
      `identities.0: deviceId is "a b"; expected 1 to 128 ASCII letters, digits, or - . + % _ # * ? ! ( ) , = @ $ ' :`,
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
    ['messages/0/deviceId', 'device9', 'messages.0: there is no device device9'],
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
