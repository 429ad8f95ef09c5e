import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { JsonObject } from '../../../emulator/src/index.ts'
import { type CliHub, spawnCli } from '../../support/cli-process.ts'
import { type RestAnswer, rest } from '../../support/rest.ts'
import { later } from '../../support/cleanup.ts'
import { connect } from '../../support/device.ts'
import { within } from '../../support/waits.ts'

/**
 * A hundred kills take minutes: HUBTWIN_KILLS=100 npx vitest run --project slow
 * test/emulator/store/kill
 */
const KILLS = Number(process.env['HUBTWIN_KILLS'] ?? 15)

/**
 * The limit for a single kill and restart, and not for all kills: a busy machine is slow, but it
 * makes progress.
 */
const LIMIT_OF_A_LIFE_IN_MS = 120_000

const DEVICES = ['k1', 'k2', 'k3', 'k4']
const MAX_MESSAGES = 40

/** The writes that the hub has acknowledged, over all its lives. */
interface Acknowledged {
  readonly reported: Map<string, number>
  readonly desired: Map<string, number>
  readonly created: Set<string>
  readonly deleted: Set<string>
  readonly jobs: Set<string>
  messages: number
}

/** A life of the hub. The test kills the hub after a random number of acknowledgments. */
interface Life {
  readonly run: CliHub
  readonly number: number
  readonly acknowledged: Acknowledged
  acknowledge(): void
}

test(`kill -9 under load loses no acknowledged write, ${KILLS} times in a row`, { timeout: 0 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hubtwin-test-'))
  later(() => rm(folder, { recursive: true, force: true }))
  const acknowledged: Acknowledged = {
    reported: new Map(),
    desired: new Map(),
    created: new Set(),
    deleted: new Set(),
    jobs: new Set(),
    messages: 0,
  }
  for (let number = 1; number <= KILLS; number++) {
    await within(`the end of life ${number}`, liveAndDie(folder, number, acknowledged), LIMIT_OF_A_LIFE_IN_MS)
  }
  const run = await spawnCli(['--data-folder', folder])
  await check(run, acknowledged)
  await within('the end of all jobs', finished(run, acknowledged.jobs), LIMIT_OF_A_LIFE_IN_MS)
  expect([...acknowledged.reported.keys()].sort()).toEqual(DEVICES)
  expect(acknowledged.jobs.size).toBeGreaterThan(0)
})

/** Starts the hub, checks what it kept, and writes until the kill. */
async function liveAndDie(folder: string, number: number, acknowledged: Acknowledged): Promise<void> {
  const run = await spawnCli(['--data-folder', folder, '--device', DEVICES.join(',')])
  await check(run, acknowledged)
  const life = lifeOf(run, number, acknowledged)
  await Promise.all([
    ...DEVICES.flatMap((deviceId) => [report(life, deviceId), patch(life, deviceId)]),
    register(life),
    schedule(life),
    send(life),
  ])
  await run.exit
}

function lifeOf(run: CliHub, number: number, acknowledged: Acknowledged): Life {
  // From the start of the load to far into it.
  let left = 1 + Math.floor(Math.random() * 200)
  return {
    run,
    number,
    acknowledged,
    acknowledge() {
      left -= 1
      if (left === 0) run.process.kill('SIGKILL')
    },
  }
}

/** Reads every acknowledged write over REST. */
async function check(
  { hub }: CliHub,
  { reported, desired, created, deleted, jobs, messages }: Acknowledged,
): Promise<void> {
  for (const deviceId of DEVICES) {
    const { body } = await rest(hub, 'GET', `/twins/${deviceId}`)
    const { properties } = body as { properties: Record<'reported' | 'desired', { n?: number }> }
    expect(properties.reported.n ?? 0).toBeGreaterThanOrEqual(reported.get(deviceId) ?? 0)
    expect(properties.desired.n ?? 0).toBeGreaterThanOrEqual(desired.get(deviceId) ?? 0)
  }
  for (const deviceId of created) expect((await rest(hub, 'GET', `/devices/${deviceId}`)).status).toBe(200)
  for (const deviceId of deleted) expect((await rest(hub, 'GET', `/devices/${deviceId}`)).status).toBe(404)
  for (const jobId of jobs) expect((await rest(hub, 'GET', `/jobs/v2/${jobId}`)).status).toBe(200)
  const { body } = await rest(hub, 'GET', '/devices/device1')
  expect(body['cloudToDeviceMessageCount']).toBeGreaterThanOrEqual(messages)
}

/** Sends a request. Resolves with `undefined` if the hub dies before it answers. */
function ask({ run }: Life, method: string, path: string, body?: unknown): Promise<RestAnswer | undefined> {
  return rest(run.hub, method, path, { body }).catch(() => undefined)
}

async function report({ run, acknowledged, acknowledge }: Life, deviceId: string): Promise<void> {
  const device = await connect(run.hub, { deviceId }).catch(() => undefined)
  if (device === undefined) return
  const gone = device.closed().catch(() => undefined)
  await Promise.race([device.client.subscribeAsync('$iothub/twin/res/#').catch(() => undefined), gone])
  for (let n = (acknowledged.reported.get(deviceId) ?? 0) + 1; ; n++) {
    const answered = device.report({ n }).catch(() => undefined)
    const answer = await Promise.race([answered, gone])
    if (answer === undefined) return
    expect(answer.topic).toContain('res/204')
    acknowledged.reported.set(deviceId, n)
    acknowledge()
  }
}

async function patch(life: Life, deviceId: string): Promise<void> {
  for (let n = (life.acknowledged.desired.get(deviceId) ?? 0) + 1; ; n++) {
    const answer = await ask(life, 'PATCH', `/twins/${deviceId}`, { properties: { desired: { n } } })
    if (answer === undefined) return
    expect(answer.status).toBe(200)
    life.acknowledged.desired.set(deviceId, n)
    life.acknowledge()
  }
}

/** Creates devices, and deletes every other one. */
async function register(life: Life): Promise<void> {
  const { created, deleted } = life.acknowledged
  for (let n = 1; ; n++) {
    const deviceId = `made-${life.number}-${n}`
    if ((await ask(life, 'PUT', `/devices/${deviceId}`, {})) === undefined) return
    life.acknowledge()
    if (n % 2 === 0) {
      created.add(deviceId)
    } else {
      if ((await ask(life, 'DELETE', `/devices/${deviceId}`)) === undefined) return
      deleted.add(deviceId)
      life.acknowledge()
    }
  }
}

/** Schedules jobs for every device. The kill may interrupt them. */
async function schedule(life: Life): Promise<void> {
  for (let n = 1; n <= 3; n++) {
    const jobId = `job-${life.number}-${n}`
    const updateTwin = { etag: '*', tags: { job: jobId } }
    const answer = await ask(life, 'PUT', `/jobs/v2/${jobId}`, {
      type: 'scheduleUpdateTwin',
      queryCondition: '*',
      updateTwin,
    })
    if (answer === undefined) return
    expect(answer.status).toBe(200)
    life.acknowledged.jobs.add(jobId)
    life.acknowledge()
  }
}

async function send(life: Life): Promise<void> {
  while (life.acknowledged.messages < MAX_MESSAGES) {
    const answer = await ask(life, 'POST', '/devices/device1/messages/devicebound', { body: 'hello' })
    if (answer === undefined) return
    expect(answer.status).toBeLessThan(300)
    life.acknowledged.messages += 1
    life.acknowledge()
  }
}

async function finished({ hub }: CliHub, jobs: ReadonlySet<string>): Promise<void> {
  for (const jobId of jobs) {
    let job: JsonObject | undefined
    while (job?.['status'] !== 'completed') job = (await rest(hub, 'GET', `/jobs/v2/${jobId}`)).body
  }
}
