import { describe, expect, test } from 'vitest'
import { spawnCli, type CliHub } from '../../support/cli-process.ts'
import { mountSmallDisk, smallDiskObstacle } from '../../support/small-disk.ts'
import { type RestAnswer, rest } from '../../support/rest.ts'

const obstacle = smallDiskObstacle()
const DEVICES = ['f1', 'f2', 'f3', 'f4']
const ballast = Array.from({ length: 7 }, () => 'x'.repeat(4000))

/** The writes that the hub has acknowledged, by device. */
type Acknowledged = Map<string, number>

function write({ hub }: CliHub, deviceId: string, n: number): Promise<RestAnswer> {
  return rest(hub, 'PATCH', `/twins/${deviceId}`, { body: { properties: { desired: { n, ballast } } } })
}

/**
 * Writes to all devices at once, repeatedly, until the hub refuses a write.
 *
 * @returns the refusals of that round
 */
async function fill(run: CliHub, acknowledged: Acknowledged): Promise<RestAnswer[]> {
  for (let n = 1; n < 1000; n++) {
    const answers = await Promise.all(DEVICES.map((deviceId) => write(run, deviceId, n)))
    for (const [at, deviceId] of DEVICES.entries()) if (answers[at]?.status === 200) acknowledged.set(deviceId, n)
    const refused = answers.filter(({ status }) => status !== 200)
    if (refused.length > 0) return refused
  }
  throw new Error('The disk did not fill up')
}

async function readAll({ hub }: CliHub): Promise<Acknowledged> {
  const twins = await Promise.all(DEVICES.map((deviceId) => rest(hub, 'GET', `/twins/${deviceId}`)))
  return new Map(
    twins.map(({ body }, at) => {
      const { desired } = body['properties'] as { desired: { n: number } }
      return [DEVICES[at] ?? '', desired.n]
    }),
  )
}

describe.skipIf(obstacle !== undefined)(`a full disk${obstacle === undefined ? '' : ` (skipped: ${obstacle})`}`, () => {
  test('refuses writes with 503, still reads, writes again when there is space, and loses nothing', async () => {
    const disk = await mountSmallDisk(4)
    const args = ['--data-folder', disk.folder, '--device', DEVICES.join(',')]
    const first = await spawnCli(args, disk.place)
    const acknowledged: Acknowledged = new Map()
    const refused = await fill(first, acknowledged)
    for (const { status, body, headers } of refused) {
      expect([status, body['errorCode'], headers.get('iothub-errorcode')]).toEqual([503, 503001, 'ServiceUnavailable'])
    }
    expect(first.output()).toContain('No space left on device')
    expect(await readAll(first)).toEqual(acknowledged)
    expect((await write(first, 'f1', 2000)).status).toBe(503)
    expect(await readAll(first)).toEqual(acknowledged)

    disk.resize(32)
    for (const deviceId of DEVICES) {
      expect((await write(first, deviceId, 3000)).status).toBe(200)
      acknowledged.set(deviceId, 3000)
    }
    first.process.kill('SIGKILL')
    await first.exit

    const second = await spawnCli(args, disk.place)
    expect(await readAll(second)).toEqual(acknowledged)
  })

  test('keeps every acknowledged write after a kill and a restart with more space', async () => {
    const disk = await mountSmallDisk(4)
    const args = ['--data-folder', disk.folder, '--device', DEVICES.join(',')]
    const first = await spawnCli(args, disk.place)
    const acknowledged: Acknowledged = new Map()
    await fill(first, acknowledged)
    // Small writes may still fit; each that is acknowledged counts.
    for (let n = 0; n < 50; n++) {
      const body = { tags: { n } }
      if ((await rest(first.hub, 'PATCH', '/twins/f1', { body })).status === 200) acknowledged.set('tag', n)
    }
    first.process.kill('SIGKILL')
    await first.exit
    disk.resize(32)
    const second = await spawnCli(args, disk.place)
    const found = await readAll(second)
    for (const [deviceId, n] of acknowledged) {
      if (deviceId !== 'tag') expect(found.get(deviceId)).toBeGreaterThanOrEqual(n)
    }
    const { tags } = (await rest(second.hub, 'GET', '/twins/f1')).body as { tags: { n?: number } }
    expect(tags.n ?? -1).toBeGreaterThanOrEqual(acknowledged.get('tag') ?? -1)
  })
})
