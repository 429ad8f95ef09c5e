import { expect, test } from 'vitest'
import { changedAt, nested } from '../../support/changed-at.ts'
import { lived, withoutTime } from '../../support/used-hub.ts'
import { connect } from '../../support/device.ts'

test('hub.restore() refuses an invalid snapshot with the path of the problem, and changes nothing', async () => {
  const hub = await lived()
  const snapshot = hub.snapshot()
  const device = await connect(hub)
  const before = withoutTime(hub.snapshot())
  const wrong: [unknown, RegExp][] = [
    [null, /: The value: /],
    [changedAt(snapshot, 'policies/service/primaryKey', 'sec;ret'), /: policies.service.primaryKey: must be base64/],
    [changedAt(snapshot, 'identities/0/twin/tags/n', Number.NaN), /: identities.0: tags must not contain null/],
    [
      changedAt(snapshot, 'identities/0/twin/tags/deep', nested(5000)),
      /: The value: must be JSON|: identities.0.twin.tags: /,
    ],
    [{ ...snapshot, jobs: 1n }, /: The value: must be JSON$/],
    [changedAt(snapshot, 'messages/0/deviceId', 'device9'), /: messages.0: there is no device device9$/],
    [changedAt(snapshot, 'jobs/1/job/queryCondition', 'x ='), /: jobs.1: /],
    [changedAt(snapshot, 'jobs/1/job/work/updateTwin/etag', 1), /: jobs.1: updateTwin.etag must be/],
  ]
  for (const [value, message] of wrong) {
    await expect(hub.restore(value), String(message)).rejects.toMatchObject({
      code: 'ArgumentInvalid',
      message: expect.stringMatching(message) as string,
    })
  }
  await expect(hub.restore(changedAt(snapshot, 'policies/service/primaryKey', 'sec;ret'))).rejects.not.toThrow(
    /sec;ret/,
  )
  expect(withoutTime(hub.snapshot())).toEqual(before)
  expect(device.client.connected).toBe(true)
})
