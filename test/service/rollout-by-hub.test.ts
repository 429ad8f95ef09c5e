import type { Hub } from 'hubtwin-emulator'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { rolloutFirmware } from '../../service/src/commands/rollout-firmware.ts'
import {
  rolloutPause,
  rolloutRemove,
  rolloutResume,
  rolloutRollback,
  rolloutStatus,
} from '../../service/src/commands/rollout-manage.ts'
import type { RolloutFirmwareOptions } from '../../service/src/commands/rollout-options.ts'
import { openRegistry, type Registry } from '../../service/src/index.ts'
import { idOf } from '../../service/src/rollout/firmware-configuration.ts'
import { watchRollout } from '../../service/src/rollout/watch-rollout.ts'
import { type Program, startProgram } from '../demo/program.ts'
import { keyOf, token } from '../support/sas-token.ts'
import { useHub } from '../support/use-hub.ts'
import { type Behavior, type FirmwareDevice, openFirmwareDevice } from './firmware-device.ts'

const ids = Array.from({ length: 4 }, (_, index) => `device-${index + 1}`)
const LAB = "tags.site = 'lab'"
/** Less than the lifetime of the tokens of azure-iothub, which follow the real time. */
const HALF_AN_HOUR_IN_MS = 1_800_000

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

function service(...args: readonly string[]): Program {
  return startProgram('service/dist/cli.js', args, {
    IOTHUB_CONNECTION_STRING: hub.connectionStrings.service({ plain: true }),
  })
}

function rollout(version: string, ...args: readonly string[]): Program {
  return service('rollout', 'firmware', version, '--where', LAB, ...args)
}

/** The output of a command, and its exit code. A failure is its message. */
interface Outcome {
  readonly code: number | void
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command in this process: starting a program takes seconds on a busy machine. */
async function run(command: (registry: Registry) => Promise<number | void>): Promise<Outcome> {
  const connectionString = hub.connectionStrings.service({ plain: true })
  vi.stubEnv('IOTHUB_CONNECTION_STRING', connectionString)
  const printed = vi.spyOn(console, 'log').mockReturnValue()
  const warned = vi.spyOn(console, 'error').mockReturnValue()
  const textOf = (spy: typeof printed): string => spy.mock.calls.map(([line]) => `${String(line)}\n`).join('')
  try {
    const code = await command(openRegistry(connectionString)).catch((error: Error) => console.error(error.message))
    return { code, stdout: textOf(printed), stderr: textOf(warned) }
  } finally {
    printed.mockRestore()
    warned.mockRestore()
    vi.unstubAllEnvs()
  }
}

function rollOut(version: string, options: Partial<RolloutFirmwareOptions> = {}): Promise<Outcome> {
  const all = { where: LAB, units: 1, timeout: 1, silence: 30, ...options }
  return run((registry) => rolloutFirmware(() => registry, version, all))
}

function firmwareOf(id: string): { version: string; rollout: string } | undefined {
  return (hub.twin(id)['properties'] as { desired: { firmware?: ReturnType<typeof firmwareOf> } }).desired.firmware
}

const versions = (): (string | undefined)[] => ids.map((id) => firmwareOf(id)?.version)
const all = (version: string | undefined): (string | undefined)[] => ids.map(() => version)

describe('rollout firmware by the hub', () => {
  it('updates the fleet, and a device that joins later', async () => {
    await connect(ids)
    const { code, stdout, stderr } = await rollout('1.3.0').ended
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: 'Devices that join later get this version too; npm run service -- rollout remove firmware ends that\n',
    })
    expect(stdout).toMatch(/^1\.3\.0: .*\n1\.3\.0 on 4 devices: 4 done\n$/s)
    await hub.createDevice('late')
    await hub.updateTwin('late', { tags: { site: 'lab' } })
    await expect.poll(() => firmwareOf('late')?.version).toBe('1.3.0')
    const again = await rollOut('1.3.0', { timeout: 0.02 })
    expect(again.stdout).toContain('1.3.0 on 5 devices: 1 waiting, 4 done\n')
  })

  it('leaves the rollout to the hub at Ctrl+C, and the same command watches it again', async () => {
    await connect(ids.slice(1))
    const first = rollout('1.3.0')
    await first.prints('1.3.0: 1 waiting, 3 done\n')
    const set = firmwareOf('device-1')
    first.stop('SIGINT')
    expect(await first.ended).toMatchObject({
      code: 3,
      stderr:
        'Stopped: the hub continues the rollout without this terminal\n' +
        'The same command watches it again; npm run service -- rollout pause firmware, or rollback in place of pause, stops it\n',
    })
    const second = rollout('1.3.0')
    await second.prints('1.3.0: 1 waiting, 3 done\n')
    await connect(['device-1'])
    expect((await second.ended).code).toBe(0)
    expect(firmwareOf('device-1')).toEqual(set)
  })

  it('exits with 1 and names the devices that failed, and retries them with --retry-failed', async () => {
    await connect(ids.slice(1))
    await connect(['device-1'], 'fails')
    const first = await rollOut('1.3.0')
    expect(first).toMatchObject({ code: 1, stderr: expect.stringContaining('--retry-failed') as string })
    expect(first.stdout).toContain('│ device-1 │ The checksum is wrong │\n')
    expect(first.stdout).toContain('1.3.0 on 4 devices: 3 done, 1 failed\n')
    const failing = devices.at(-1)
    if (failing !== undefined) failing.behavior = 'succeeds'
    expect((await rollOut('1.3.0')).code).toBe(1)
    const again = await rollOut('1.3.0', { retryFailed: true })
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('1.3.0 on 4 devices: 4 done\n') as string })
  })

  it('does not replace a rollout that is still running, unless --replace is given', async () => {
    await connect(['device-1'])
    await rollOut('1.2.9', { timeout: 0.03 })
    const refused = await rollOut('1.3.0')
    expect(refused.stderr).toBe(
      `1.3.0 would replace the rollout of 1.2.9 on ${LAB}, which is still running (3 waiting, 1 done); ` +
        '--replace does so, and npm run service -- rollout rollback firmware stops the other first\n',
    )
    expect(versions()).toEqual(all('1.2.9'))
    const replaced = await rollOut('1.3.0', { replace: true, timeout: 0.03 })
    expect(replaced.stderr).toContain(`1.3.0 replaces the rollout of 1.2.9 on ${LAB}, which is still running`)
    expect(versions()).toEqual(all('1.3.0'))
    expect((await rollOut('1.2.9')).stderr).toContain('1.2.9 would replace the rollout of 1.3.0')
  })

  it.each(['x.y', 'x y', '1.', '1.2.3.4.5', '', '1.3.0-', `1.${'0'.repeat(64)}`])(
    'rejects the version %j',
    async (version) => {
      expect((await rollOut(version)).stderr).toBe(
        `Version is ${JSON.stringify(version)}; expected numbers with dots, and perhaps a suffix, such as 1.3.0 or 1.3.0-beta.1\n`,
      )
    },
  )

  it('says at the start what the hub does', async () => {
    const { stdout } = await rollOut('v2', { silence: 600, timeout: 0.01 })
    expect(stdout).toMatch(/^v2: the hub updates 4 devices; Ctrl\+C only stops watching\nv2: /)
  })

  it('pauses for the devices that have not started, and resumes', async () => {
    await connect(['device-1'])
    expect((await rollOut('1.3.0', { timeout: 0.03 })).stdout).toContain('1.3.0 on 4 devices: 3 waiting, 1 done\n')
    expect((await run((registry) => rolloutPause(registry, undefined))).stdout).toBe(
      'Paused 1.3.0: devices that have started finish, and no other device starts\n' +
        'npm run service -- rollout resume firmware 1.3.0 continues\n',
    )
    await expect.poll(versions).toEqual(['1.3.0', undefined, undefined, undefined])
    const watched = await rollOut('1.3.0')
    expect(watched).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('The rollout of 1.3.0 is paused') as string,
    })
    expect(watched.stdout).toContain('1.3.0 (paused): 1 done\n')
    const status = await run(rolloutStatus)
    expect(status.stdout).toContain(`│ 1.3.0   │ ${LAB} │ paused │ 1 done   │\n`)
    expect((await run((registry) => rolloutResume(registry, '1.3.0'))).stdout).toBe(`Resumed 1.3.0 on ${LAB}\n`)
    await expect.poll(versions).toEqual(all('1.3.0'))
  })

  it('rolls back to the rollout before, and removes a rollout that is no longer needed', async () => {
    await connect(ids)
    await rollOut('1.2.9')
    await rollOut('1.3.0')
    expect((await run(rolloutStatus)).stdout).toMatch(/│ 1\.3\.0 .* 4 done .*\n│ 1\.2\.9 .* 4 with another rollout /)
    const back = await run(rolloutRollback)
    expect(back.stdout).toBe(
      'Rolled back 1.3.0: the hub returns its devices to 1.2.9\n' +
        `To watch it: npm run service -- rollout firmware 1.2.9 --where "${LAB}"\n`,
    )
    expect((await rollOut('1.2.9')).code).toBe(0)
    expect(versions()).toEqual(all('1.2.9'))
    expect((await run(rolloutRollback)).stderr).toContain('1.2.9 is the only rollout')
    await rollOut('1.3.0')
    expect((await run((registry) => rolloutRemove(registry, undefined))).stderr).toContain(
      'There are rollouts of 1.3.0, 1.2.9',
    )
    expect((await run((registry) => rolloutRemove(registry, '1.3.0'))).stderr).toContain('return devices to 1.2.9')
    for (const version of ['1.2.9', '1.3.0']) {
      expect((await run((registry) => rolloutRemove(registry, version))).stderr).toBe('')
    }
    expect((await run(rolloutStatus)).stdout).toBe('The hub has no rollout of firmware\n')
    expect(versions()).toEqual(all('1.3.0'))
  })

  it('lets an earlier rollout win again when it is started again', async () => {
    await connect(ids)
    await rollOut('1.2.9')
    await rollOut('1.3.0')
    const { code, stderr } = await rollOut('1.2.9')
    expect(code).toBe(0)
    expect(stderr).toContain('Another rollout has replaced 1.2.9 on 4 devices; 1.2.9 now wins\n')
    expect(versions()).toEqual(all('1.2.9'))
  })

  it('waits longer between its polls after the hub throttles it', async () => {
    await connect(ids)
    await rollOut('1.3.0')
    hub.faults.set({ fault: 'throttle', operation: 'rest', times: 1 })
    const stop = new AbortController()
    const waits: number[] = []
    await watchRollout(openRegistry(hub.connectionStrings.service({ plain: true })), idOf('1.3.0', LAB), {
      pollInMs: 10,
      signal: stop.signal,
      onState: () => undefined,
      onPause({ inMs }) {
        waits.push(inMs)
        stop.abort()
      },
    })
    expect(waits).toEqual([5000])
  })

  it('mentions devices that have not reacted', async () => {
    const { code, stdout } = await rollOut('1.3.0', { silence: 0.1, timeout: 0.03 })
    expect(stdout).toContain('4 devices have not reacted for 0.1 s: offline, or without a program')
    expect(code).toBe(3)
  })

  it('starts at a time with a job, and watches the job again by its ID', async () => {
    await connect(ids)
    const at = new Date(Date.now() + HALF_AN_HOUR_IN_MS)
    const { code, stdout, stderr } = await rollOut('1.3.0', { at, timeout: 0.01 })
    const job = /The job (\S+) sets/.exec(stderr)?.[1] ?? ''
    expect(stdout).toContain(`${job}: scheduled for ${at.toISOString().slice(0, -1)}`)
    expect({ code, stderr }).toMatchObject({
      code: 3,
      stderr: expect.stringContaining(`--job ${job} watches it again`) as string,
    })
    hub.clock.advance(HALF_AN_HOUR_IN_MS)
    const second = await rollOut('1.3.0', { job })
    expect(second).toMatchObject({ code: 0, stdout: expect.stringContaining(`${job}: 4 updated\n`) as string })
    expect(second.stdout).toContain('1.3.0 on 4 devices: 4 done\n')
    expect((await rollOut('1.3.0', { at, by: 'hub' })).stderr).toContain('needs a job')
  })
})

it('rollout firmware sends the updates itself if the hub has no room for a configuration, and says so', async () => {
  await connect(ids)
  const key = keyOf(hub.connectionStrings.service())
  const put = (id: number): Promise<Response> =>
    fetch(`${hub.endpoints.http}/configurations/c${id}?api-version=2021-04-12`, {
      method: 'PUT',
      headers: {
        'content-type': 'application/json',
        authorization: token('localhost', key, { policyName: 'iothubowner' }),
      },
      body: JSON.stringify({ content: { deviceContent: { 'properties.desired.a': 1 } } }),
    })
  for (let id = 0; id < 100; id++) expect((await put(id)).status).toBe(201)
  const { code, stdout, stderr } = await rollOut('1.3.0')
  expect(code).toBe(0)
  expect(stderr).toMatch(
    /^This hub cannot roll out by itself: .*413.*\nThis terminal sends the updates instead, so keep it open; /,
  )
  expect(stdout).toContain('device-1: done\n')
  const forced = await rollOut('1.4.0', { by: 'hub' })
  expect(forced).toMatchObject({ stdout: '', stderr: expect.stringContaining('413') as string })
  expect(versions()).toEqual(all('1.3.0'))
})
