import type { ChildProcess } from 'node:child_process'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Hub } from '../../emulator/src/index.ts'
import { startHub } from '../../emulator/src/index.ts'
import { spawnCli } from './cli-process.ts'
import { connect, connectSubscribed, later, start, within } from './support.ts'

async function dataFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hubtwin-test-'))
  later(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** What a client can see of a hub that is on its ports, whoever runs it. */
async function restarted(folder: string, deviceIds: readonly string[]): Promise<Hub> {
  return start({ dataFolder: folder, devices: deviceIds })
}

describe('startHub() with a data folder', () => {
  test('finds everything again after a restart', async () => {
    const folder = await dataFolder()
    const first = await startHub({ dataFolder: folder, devices: ['a'] })
    later(() => first.close())
    await first.createModule('a', 'm')
    await first.updateTwin('a', { tags: { t: 1 }, properties: { desired: { d: [1, 2], __proto: null } } })
    await first.updateTwin('a', { properties: { desired: { d: 'm' } } }, { moduleId: 'm' })
    const device = await connectSubscribed(first, { deviceId: 'a', mqtt: { clean: false } })
    await device.report(`{"__proto__":{"r":1}}`)
    await device.client.endAsync()
    const before = { twin: first.twin('a'), module: first.twin('a', 'm'), ca: first.certificateAuthority }
    const strings = [undefined, 'm'].map((moduleId) =>
      first.connectionStrings.device('a', moduleId === undefined ? {} : { moduleId }).replace(/:\d+/, ''),
    )
    await first.close()

    const second = await restarted(folder, ['a'])
    const unchanging = { lastActivityTime: null, connectionState: null }
    expect({ ...second.twin('a'), ...unchanging }).toEqual({ ...before.twin, ...unchanging })
    expect(JSON.stringify(second.twin('a')['properties'])).toContain('"__proto__":{"r":1}')
    expect(second.twin('a', 'm')).toEqual(before.module)
    expect(second.certificateAuthority).toBe(before.ca)
    expect(second.connectionStrings.device('a').replace(/:\d+/, '')).toBe(strings[0])
    expect(second.connectionStrings.device('a', { moduleId: 'm' }).replace(/:\d+/, '')).toBe(strings[1])
    const again = await connect(second, { deviceId: 'a', mqtt: { clean: false } })
    expect(again.sessionPresent).toBe(true)
    expect((await again.get()).topic).toContain('res/200')
  })

  test('keeps its keys readable by their owner only', async () => {
    const folder = await dataFolder()
    const hub = await start({ dataFolder: folder })
    const modes = ['certificates/ca-key.pem', 'certificates/server-key.pem', 'certificates', 'store']
    for (const name of modes) expect((await stat(join(folder, name))).mode & 0o077).toBe(0)
    expect(await readFile(hub.certificateAuthorityFile ?? '', 'utf8')).toBe(hub.certificateAuthority)
  })

  test('refuses a folder that another hub has', async () => {
    const folder = await dataFolder()
    await start({ dataFolder: folder })
    await expect(startHub({ dataFolder: folder })).rejects.toThrow(`The data folder ${folder} is in use by another hub`)
  })

  test('loses no acknowledged write by a kill -9 under load', async () => {
    const folder = await dataFolder()
    const devices = ['k1', 'k2', 'k3', 'k4']
    for (let round = 0; round < 2; round++) {
      const acknowledged = await loadUntilKilled(folder, devices)
      const hub = await startHub({ dataFolder: folder })
      for (const [deviceId, counters] of acknowledged) {
        expect(counters.reported).toBeGreaterThan(0)
        const { properties } = hub.twin(deviceId) as { properties: Record<'reported' | 'desired', { n?: number }> }
        expect(properties.reported.n).toBeGreaterThanOrEqual(counters.reported)
        expect(properties.desired.n).toBeGreaterThanOrEqual(counters.desired)
      }
      await hub.close()
    }
  }, 60_000)
})

interface Acknowledged {
  reported: number
  desired: number
}

/** Writes to every device at once, kills the hub in the middle, and says what it had acknowledged until then. */
async function loadUntilKilled(folder: string, devices: readonly string[]): Promise<Map<string, Acknowledged>> {
  const { process, hub } = await spawnCli(['--data-folder', folder, '--device', devices.join(',')])
  const acknowledged = new Map(devices.map((id): [string, Acknowledged] => [id, { reported: 0, desired: 0 }]))
  const exited = new Promise((resolve) => process.once('exit', resolve))
  const load = devices.flatMap((deviceId) => {
    const counters = acknowledged.get(deviceId) as Acknowledged
    return [reportOn(hub, deviceId, counters, process), patchOn(hub, deviceId, counters, process)]
  })
  await Promise.all(load)
  await within('the end of the killed hub', exited)
  return acknowledged
}

type Remote = Awaited<ReturnType<typeof spawnCli>>['hub']

async function reportOn(hub: Remote, deviceId: string, counters: Acknowledged, process: ChildProcess): Promise<void> {
  const device = await connect(hub, { deviceId })
  await device.client.subscribeAsync('$iothub/twin/res/#')
  const gone = new Promise<undefined>((resolve) => device.client.once('close', () => resolve(undefined)))
  for (let n = 1; ; n++) {
    const asked = Date.now() + n
    const answered = device.report({ n: asked }).catch(() => undefined)
    const answer = await Promise.race([answered, gone])
    if (answer === undefined) return
    counters.reported = asked
    // Under full load, not at its end.
    if (deviceId === 'k1' && n === 50) process.kill('SIGKILL')
  }
}

async function patchOn(hub: Remote, deviceId: string, counters: Acknowledged, process: ChildProcess): Promise<void> {
  for (let n = 1; process.signalCode === null && !process.killed; n++) {
    const asked = Date.now() + n
    const done = await hub.updateTwin(deviceId, { properties: { desired: { n: asked } } }).catch(() => false)
    if (!done) return
    counters.desired = asked
  }
}
