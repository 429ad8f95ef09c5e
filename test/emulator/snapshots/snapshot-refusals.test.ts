import { expect, test } from 'vitest'
import type { JsonObject } from '../../../emulator/src/index.ts'
import { lived, withoutTime } from '../../support/used-hub.ts'
import { connect } from '../../support/device.ts'

/** Copies a value with another value at a path; undefined removes the key. */
function changed(snapshot: JsonObject, place: string, value?: unknown): JsonObject {
  const copy = structuredClone(snapshot)
  const keys = place.split('/')
  const last = keys.pop() ?? ''
  let at = copy as Record<string, unknown>
  for (const key of keys) at = at[key] as Record<string, unknown>
  if (value === undefined) delete at[last]
  else at[last] = value
  return copy
}

function nested(levels: number): unknown {
  let value: unknown = 1
  for (let level = 0; level < levels; level++) value = { a: value }
  return value
}

test('hub.restore() refuses an invalid snapshot with the path of the problem, and changes nothing', async () => {
  const hub = await lived()
  const snapshot = hub.snapshot()
  const device = await connect(hub)
  const before = withoutTime(hub.snapshot())
  const wrong: [unknown, RegExp][] = [
    [null, /: The value: /],
    [[], /: /],
    [{}, /: format: is missing$/],
    [changed(snapshot, 'version', 2), /: version: expected 1 but received 2$/],
    [changed(snapshot, 'more', 1), /: more: is not known here$/],
    [changed(snapshot, 'policies/service'), /: policies.service: is missing$/],
    [
      changed(snapshot, 'policies/service/primaryKey', 'sec;ret'),
      /: policies.service.primaryKey: must be base64 of 16 to 64 bytes$/,
    ],
    [changed(snapshot, 'policies/service/primaryKey', ''), /: policies.service.primaryKey: must be base64 of 16/],
    [changed(snapshot, 'policies/iothubowner/secondaryKey', 'AAAA'), /: policies.iothubowner.secondaryKey: must be/],
    [
      changed(snapshot, 'identities/0/authentication/secondaryKey', ''),
      /: identities.0.authentication.secondaryKey: must be base64 of 16/,
    ],
    [changed(snapshot, 'identities/0/statusReason', 'x'.repeat(129)), /: identities.0.statusReason: /],
    [
      changed(snapshot, 'identities/0/lastActivityTime', 'abc 1'),
      /: identities.0.lastActivityTime: must be an ISO 8601 time/,
    ],
    [changed(snapshot, 'identities/0/capabilities', { iotEdge: 1 }), /: identities.0.capabilities.iotEdge: /],
    [changed(snapshot, 'identities/0/parentScope', 'elsewhere'), /: identities.0: parentScope must be/],
    [
      changed(
        snapshot,
        'identities/0/twin/tags',
        Object.fromEntries(['a', 'b', 'c'].map((key) => [key, 'x'.repeat(4000)])),
      ),
      /: identities.0: tags must not exceed 8192 bytes/,
    ],
    [
      changed(snapshot, 'identities/0/twin/desired/value/a', { b: null }),
      /: identities.0: desired must not contain null/,
    ],
    [changed(snapshot, 'identities/0/twin/tags/n', Number.NaN), /: identities.0: tags must not contain null/],
    [
      changed(snapshot, 'identities/0/twin/tags/deep', nested(5000)),
      /: The value: must be JSON|: identities.0.twin.tags: /,
    ],
    [{ ...snapshot, jobs: 1n }, /: The value: must be JSON$/],
    [
      changed(snapshot, 'identities/0/subscriptions', [{ filter: 'devices/b/messages/devicebound/#', qos: 1 }]),
      /: identities.0: subscriptions must be filters of the identity itself/,
    ],
    [changed(snapshot, 'messages/0/queue/0/bag', 'a/../#'), /: messages.0.queue.0: bag must be percent-encoded/],
    [
      changed(snapshot, 'messages/0/queue/0/bag', `a=${'x'.repeat(70_000)}`),
      /: messages.0.queue.0: A message and its properties must not exceed/,
    ],
    [
      changed(snapshot, 'messages/0/queue/0/body', Buffer.alloc(65_537).toString('base64')),
      /: messages.0.queue.0: A message and its properties must not exceed/,
    ],
    [changed(snapshot, 'messages/0/queue/0/expiresAt', 9e15), /: messages.0.queue.0.expiresAt: /],
    [changed(snapshot, 'jobs/1/job/startAt', 9e15), /: jobs.1.job.startAt: /],
    [changed(snapshot, 'jobs/1/job/maxExecutionTimeInSeconds', 1e12), /: jobs.1.job.maxExecutionTimeInSeconds: /],
    [changed(snapshot, 'jobs/1/job/work/updateTwin/etag', 1), /: jobs.1: updateTwin.etag must be/],
    [changed(snapshot, 'identities/1/deviceId', 'a b'), /: identities.1: deviceId must be /],
    [changed(snapshot, 'identities/1/deviceId', 'a'), /: identities.1: duplicate identity a$/],
    [changed(snapshot, 'identities/0/status', 'on'), /: identities.0.status: expected /],
    [
      { ...snapshot, identities: (snapshot['identities'] as JsonObject[]).slice(1) },
      /: identities.2: the module m has no device a$|: there is no device a$/,
    ],
    [changed(snapshot, 'identities/0/twin/desired/value/a.b', 1), /: identities.0: desired.a.b: a key must not/],
    [changed(snapshot, 'identities/0/twin/desired/version', 0), /: identities.0.twin.desired.version: /],
    [
      changed(snapshot, 'identities/0/twin/reported/metadata/r', 1),
      /: identities.0.twin.reported.metadata.r: is not metadata$/,
    ],
    [changed(snapshot, 'messages/0/deviceId', 'nobody'), /: messages.0: there is no device nobody$/],
    [
      changed(snapshot, 'messages/0/queue/1/sequenceNumber', 1),
      /: messages.0.queue.1: sequenceNumber 1 must come after 1$/,
    ],
    [changed(snapshot, 'messages/0/queue/0/body', '{'), /: messages.0.queue.0.body: must be base64$/],
    [changed(snapshot, 'jobs/1/job/jobId', 'done'), /: jobs.1: duplicate job done$/],
    [changed(snapshot, 'jobs/1/job/queryCondition', 'x ='), /: jobs.1: /],
    [changed(snapshot, 'jobs/0/devices/0/status', 'lost'), /: jobs.0.devices.0.status: /],
  ]
  for (const [value, message] of wrong) {
    await expect(hub.restore(value), String(message)).rejects.toMatchObject({
      code: 'ArgumentInvalid',
      message: expect.stringMatching(message) as string,
    })
  }
  await expect(hub.restore(changed(snapshot, 'policies/service/primaryKey', 'sec;ret'))).rejects.not.toThrow(/sec;ret/)
  expect(withoutTime(hub.snapshot())).toEqual(before)
  expect(device.client.connected).toBe(true)
})
