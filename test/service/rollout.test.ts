import { createHmac } from 'node:crypto'
import { openTwin } from 'hubtwin'
import { type Hub, startHub } from 'hubtwin-emulator'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openRegistry, readTwin } from '../../service/src/index.ts'
import { paceOf } from '../../service/src/rollout/pace.ts'
import { rollOut } from '../../service/src/rollout/rollout.ts'
import { type Program, runProgram, startProgram } from '../demo/program.ts'
import { useHub } from '../support/use-hub.ts'
import { type Behavior, type FirmwareDevice, openFirmwareDevice } from './firmware-device.ts'

const ids = Array.from({ length: 20 }, (_, index) => `device-${index + 1}`)
let hub: Hub
let devices: FirmwareDevice[] = []

useHub((started) => (hub = started), { devices: ids })
beforeEach(async () => {
  await Promise.all(ids.map((id) => hub.updateTwin(id, { tags: { site: 'lab' } })))
})
afterEach(async () => {
  await Promise.all(devices.splice(0).map((device) => device.close()))
})

async function connect(which: readonly string[], behavior: Behavior = 'succeeds'): Promise<void> {
  const opened = which.map((id) => openFirmwareDevice(hub.connectionStrings.device(id, { plain: true }), behavior))
  devices.push(...opened)
  await Promise.all(opened.map(({ twin }) => twin.ready()))
}

function rollout(...args: readonly string[]): Program {
  const all = ['rollout', 'firmware', '1.3.0', '--by', 'terminal', '--where', "tags.site = 'lab'", ...args]
  return startProgram('service/dist/cli.js', all, {
    IOTHUB_CONNECTION_STRING: hub.connectionStrings.service({ plain: true }),
  })
}

function desiredOf(id: string): { $version: number; firmware?: { version: string; rollout: string } } {
  return (hub.twin(id)['properties'] as { desired: ReturnType<typeof desiredOf> }).desired
}

const registry = (): ReturnType<typeof openRegistry> => openRegistry(hub.connectionStrings.service({ plain: true }))

/** Signs a request of a back end that hubtwin-service does not offer. */
function ownerToken(): string {
  const text = hub.connectionStrings.service()
  const key = /SharedAccessKey=([^;]+)/.exec(text)?.[1] ?? ''
  const se = Math.ceil(Date.now() / 1000) + 600
  const sig = createHmac('sha256', Buffer.from(key, 'base64')).update(`localhost\n${se}`).digest('base64')
  return `SharedAccessSignature sr=localhost&sig=${encodeURIComponent(sig)}&skn=iothubowner&se=${se}`
}

describe('rollout firmware', () => {
  it('rollout firmware updates twenty devices, prints a line per step, and exits with 0', async () => {
    await connect(ids)
    const { code, stdout, stderr } = await rollout().ended
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    for (const id of ids) expect(stdout).toContain(`${id}: done\n`)
    expect(stdout.endsWith('1.3.0 on 20 devices: 20 done\n')).toBe(true)
    expect(ids.map((id) => desiredOf(id).firmware?.version)).toEqual(ids.map(() => '1.3.0'))
    expect(desiredOf('device1').firmware).toBeUndefined()
  })

  it('rollout firmware exits with 1 if a device failed, and retries it with --retry-failed', async () => {
    await connect(ids.slice(1))
    await connect(['device-1'], 'fails')
    const first = await rollout().ended
    expect(first).toMatchObject({ code: 1, stderr: expect.stringContaining('--retry-failed') as string })
    expect(first.stdout).toContain('device-1: failed: The checksum is wrong\n')
    expect(first.stdout).toContain('1.3.0 on 20 devices: 19 done, 1 failed\n')

    expect((await rollout().ended).code).toBe(1)
    expect(desiredOf('device-1').$version).toBe(2)

    const failing = devices.at(-1)
    if (failing !== undefined) failing.behavior = 'succeeds'
    const again = await rollout('--retry-failed').ended
    expect(again).toMatchObject({ code: 0, stderr: '' })
    expect(again.stdout).toContain('1.3.0 on 20 devices: 20 done\n')
    expect(ids.map((id) => desiredOf(id).$version)).toEqual([3, ...ids.slice(1).map(() => 2)])
  })

  it('rollout firmware continues from the twins after a kill, and sets no device twice', async () => {
    await connect(ids)
    const killed = rollout('--rate', '4')
    await killed.prints('done\n')
    killed.stop('SIGKILL')
    await killed.ended
    const set = ids.filter((id) => desiredOf(id).firmware !== undefined)
    expect(set.length).toBeGreaterThan(0)
    expect(set.length).toBeLessThan(20)

    const { code, stdout } = await rollout().ended
    expect(code).toBe(0)
    expect(stdout).toContain('1.3.0 on 20 devices: 20 done\n')
    expect(ids.map((id) => desiredOf(id).$version)).toEqual(ids.map(() => 2))
    expect(new Set(ids.map((id) => desiredOf(id).firmware?.rollout)).size).toBe(2)
  })

  it('rollout firmware stops at Ctrl+C, says how to continue, and exits with 3', async () => {
    await connect(ids, 'stays downloading')
    const program = rollout('--rate', '4')
    await program.prints('downloading 40 %\n')
    program.stop('SIGINT')
    const { code, stdout, stderr } = await program.ended
    expect(code).toBe(3)
    expect(stderr).toBe(
      'Stopped: 0 of 20 done, 0 failed\n' +
        'Devices keep their desired firmware and may still finish\n' +
        'To continue, run the same command again; --timeout sets another limit in minutes\n',
    )
    expect(stdout).toMatch(/1\.3\.0 on 20 devices: .*not set yet.*downloading\n$/)
    expect(stdout).toContain('│ device ')
  })

  it('rollout firmware counts an offline device as waiting, and stops at its timeout', async () => {
    await connect(ids.slice(1))
    const { code, stdout, stderr } = await rollout('--timeout', '0.2').ended
    expect({ code, stderr }).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('Reached the limit of 0.2 min: 19 of 20 done, 0 failed\n') as string,
    })
    expect(stdout).toContain('device-1: waiting, offline\n')
    expect(stdout).toContain('1 waiting')
  })

  it('rollout firmware names a connected device that does not react, and suggests the cause', async () => {
    await connect(ids.slice(1))
    const idle = openTwin(hub.connectionStrings.device('device-1', { plain: true }))
    try {
      await idle.ready()
      const program = rollout('--silence', '0.1')
      await program.prints('device-1 is connected, but has not reacted for 0.1 s. Perhaps no program on the device')
      program.stop('SIGINT')
      expect((await program.ended).code).toBe(3)
    } finally {
      await idle.close()
    }
  })

  it('rollout firmware without a hub ends at once, with the command to start one', async () => {
    const gone = await startHub()
    const connectionString = gone.connectionStrings.service({ plain: true })
    await gone.close()
    const { code, stdout, stderr } = await runProgram('service/dist/cli.js', ['rollout', 'firmware', '1.3.0'], {
      IOTHUB_CONNECTION_STRING: connectionString,
    })
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^No hub answers at localhost:\d+ \(ECONNREFUSED\); .*: npm run emulator\n$/)
  })

  it('rollout firmware pauses while the hub throttles, and loses nothing', async () => {
    await connect(ids)
    hub.faults.set({ fault: 'throttle', operation: 'rest', times: 3 })
    const { code, stdout } = await rollout().ended
    expect(stdout).toMatch(/^Pausing for 1 s: .*429.*\n/)
    expect({ code, end: stdout.endsWith('20 done\n') }).toEqual({ code: 0, end: true })
  })

  it.each([
    [['--where', "tags.site = 'attic'"], 1, "No device matches --where tags.site = 'attic'\n"],
    [['--where', 'nonsense ='], 1, /^Error during rollout \(ERR_BAD_REQUEST\): .+\n$/],
    [['--rate', '0'], 2, /Expected a whole number from 1 to 100000/],
    [['--tier', 'S4'], 2, /Allowed choices are S1, S2, S3, local/],
  ])('rollout firmware with %j exits with %i and says why', async (args, exitCode, message) => {
    const { code, stdout, stderr } = await rollout(...args).ended
    expect({ code, stdout }).toEqual({ code: exitCode, stdout: '' })
    expect(stderr).toMatch(message)
  })
})

describe('rollOut()', () => {
  it('rollOut() ends a device that is deleted during the rollout', async () => {
    await connect(ids.slice(1))
    const authorization = ownerToken()
    const fleet = await rollOut(registry(), {
      version: '1.3.0',
      where: "tags.site = 'lab'",
      rollout: 'test',
      pace: paceOf('local', 1),
      signal: AbortSignal.timeout(20_000),
      refreshIntervalInMs: 20,
      onEvent: (event) => {
        if (event.type !== 'changed' || event.deviceId !== 'device-1' || event.state.type !== 'waiting') return
        void fetch(`${hub.endpoints.http}/devices/device-1?api-version=2021-04-12`, {
          method: 'DELETE',
          headers: { authorization, 'if-match': '*' },
        })
      },
    })
    expect(fleet.get('device-1')).toEqual({ type: 'failed', error: 'the hub no longer has the device' })
    expect([...fleet.values()].filter(({ type }) => type === 'done')).toHaveLength(19)
  })

  it('rollOut() also sets a device that already runs the version, which then reports that it is done', async () => {
    await connect(ids)
    await rollOut(registry(), {
      version: '1.3.0',
      rollout: 'first',
      where: "deviceId = 'device-2'",
      pace: paceOf('local', 1),
      signal: AbortSignal.timeout(20_000),
      refreshIntervalInMs: 20,
    })
    const { properties } = await readTwin(registry(), 'device-2')
    expect(properties.reported).toMatchObject({ firmware: { version: '1.3.0', status: 'done', rollout: 'first' } })
  })

  it('rollOut() changes nothing if its signal has already aborted', async () => {
    const fleet = rollOut(registry(), {
      version: '1.3.0',
      rollout: 'never',
      pace: paceOf('local', 1),
      signal: AbortSignal.abort(),
    })
    await expect(fleet).rejects.toMatchObject({ name: 'AbortError' })
    expect(ids.map((id) => desiredOf(id).$version)).toEqual(ids.map(() => 1))
  })
})
