import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { startHub } from 'hubtwin-emulator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nodeFor, runProgram, startProgram } from './program.ts'

/** For a busy machine. */
const PATIENT = { timeout: 15_000 }

const FLEET = 'node-demo/dist/fleet/cli.js'

let hub: Awaited<ReturnType<typeof startHub>>
let environment: { IOTHUB_CONNECTION_STRING: string }
const folder = mkdtempSync(join(tmpdir(), 'hubtwin-fleet-'))
beforeAll(async () => {
  hub = await startHub({ securePort: 0, plainPort: 0 })
  environment = { IOTHUB_CONNECTION_STRING: hub.connectionStrings.service({ plain: true }) }
})
afterAll(async () => {
  await hub.close()
  rmSync(folder, { recursive: true })
})

interface Row {
  readonly [column: string]: string
}

function readCsv(file: string): readonly Row[] {
  return parse(readFileSync(file), { columns: true })
}

function readJson(file: string): { outcome: unknown; last: Record<string, unknown>; samples: unknown[] } {
  return JSON.parse(readFileSync(file, 'utf8'))
}

function reportedOf(deviceId: string): Record<string, unknown> {
  return (hub.twin(deviceId) as { properties: { reported: Record<string, unknown> } }).properties.reported
}

describe('hubtwin-fleet', () => {
  it('creates 50 devices, runs them in two threads, measures them, and deletes them', async () => {
    const [csv, json] = [join(folder, 'fifty.csv'), join(folder, 'fifty.json')]
    const args = ['--create', '--devices', '50', '--workers', '2', '--report-every', '0.5', '--every', '0.5']
    const telemetry = ['--telemetry-every', '0.5']
    const bodies: string[] = []
    const stopListening = hub.events.listen((event) => {
      if (event.type === 'telemetry') bodies.push(Buffer.from(event.body).toString())
    })
    const all = [...args, ...telemetry, '--csv', csv, '--json', json, '--delete']
    // Unchanged, with the modules and the threads of the build.
    const program = startProgram(FLEET, all, environment, nodeFor(FLEET))
    await program.prints('Created 50 devices')
    await program.prints('50 of 50 synced')
    await hub.updateTwin('fleet-7', { properties: { desired: { climate: { target: 25 } } } })
    await program.prints('; 50 connected, 0 syncing, 0 failed')
    await expect.poll(() => readCsv(csv).at(-1)?.['desiredChanges'], PATIENT).toBe('1')
    const settled = { climate: { target: { value: 25, ac: 200, av: 2 } }, uptimeInSeconds: expect.any(Number) }
    await expect.poll(() => reportedOf('fleet-7'), PATIENT).toMatchObject(settled)
    program.stop('SIGINT')
    const { code, stdout, stderr } = await program.ended
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: 'Closing the connections; press Ctrl+C again to end at once\n',
    })
    expect(stdout).toMatch(
      /\nAll 50 devices synced after [\d.]+ s; \d+ reports; \d+ telemetry messages; 1 desired changes\nDeleted 50 devices\n$/,
    )
    expect(() => hub.twin('fleet-7')).toThrow('fleet-7')

    const rows = readCsv(csv)
    expect(rows.at(-1)).toMatchObject({
      devices: '50',
      synced: '50',
      connected: '50',
      desiredChanges: '1',
      ERR_TIMEOUT: '0',
    })
    expect(Number(rows.at(-1)?.['reportP99InMs'])).toBeGreaterThan(0)
    // Messages that left during the last row have their PUBACK later.
    expect(Number(rows.at(-1)?.['telemetry'])).toBeGreaterThan(0)
    expect(Number(rows.at(-1)?.['telemetry'])).toBeLessThanOrEqual(bodies.length)
    expect(rows.at(-1)).toMatchObject({ failedTelemetry: '0', telemetryP99InMs: expect.stringMatching(/\d/) })
    expect(Object.keys(JSON.parse(bodies[0] ?? '{}') as object)).toEqual(['temperature'])
    stopListening()
    const { outcome, last, samples } = readJson(json)
    expect(outcome).toEqual({ type: 'finished' })
    expect(samples).toHaveLength(rows.length)
    expect(last).toMatchObject({ devices: 50, synced: 50, errors: {} })
    expect(readFileSync(json, 'utf8')).not.toContain('SharedAccessKey')
  })

  it('runs a range of a file of connection strings, with the firmware model', async () => {
    const file = join(folder, 'devices.csv')
    const csv = join(folder, 'range.csv')
    for (const id of ['a', 'b', 'c']) await hub.createDevice(id)
    const lines = ['a', 'b', 'c'].map((id) => `${id},"${hub.connectionStrings.device(id, { plain: true })}"`)
    writeFileSync(file, ['deviceId,connectionString', ...lines].join('\n'))
    const args = ['--connection-strings', file, '--from', '2', '--model', 'firmware', '--report-every', '0']
    const program = startProgram(FLEET, [...args, '--csv', csv], environment)
    await program.prints('0 failed')
    await expect.poll(() => readCsv(csv).at(-1)?.['reports'], PATIENT).toBe('2')
    program.stop('SIGTERM')
    const { code, stdout } = await program.ended
    expect(code).toBe(0)
    expect(stdout).toContain('2 devices of model firmware')
    const firmware = { __t: 'c', version: { value: '1.2.1', ac: 203, av: 0 }, status: 'idle' }
    expect([reportedOf('a'), reportedOf('b')]).toMatchObject([{}, { firmware }])
    expect(hub.twin('b')).toMatchObject({ modelId: 'dtmi:hubtwin:demo:Thermostat;1' })
    expect(readCsv(csv).at(-1)).toMatchObject({ devices: '2', synced: '2' })
  })

  it('leaves valid files when it stops before all devices are synced', async () => {
    const [csv, json] = [join(folder, 'early.csv'), join(folder, 'early.json')]
    const args = ['--create', '--prefix', 'slow-', '--devices', '40', '--connect-rate', '2', '--every', '0.2']
    const program = startProgram(FLEET, [...args, '--csv', csv, '--json', json], environment)
    await program.prints(' of 40 synced')
    program.stop('SIGTERM')
    const { code } = await program.ended
    expect(code).toBe(3)
    expect(readCsv(csv).at(-1)).toMatchObject({ devices: '40', ERR_CLOSED: '0' })
    expect(readJson(json).outcome).toEqual({ type: 'stopped' })
  })

  it('gives up at once without a hub, and says how to start one', async () => {
    const missing =
      'HostName=localhost:1;SharedAccessKeyName=iothubowner;SharedAccessKey=bWFkZS11cA==;UseDevelopmentEmulator=true'
    const { code, stderr } = await runProgram(FLEET, ['--devices', '5'], { IOTHUB_CONNECTION_STRING: missing })
    expect(code).toBe(1)
    expect(stderr).toContain('No local hub is running; start one in another terminal: npx hubtwin-emulator\n')
    expect(stderr).toMatch(/None of the first devices could connect: ERR_UNREACHABLE\n$/)
  })

  it('names the commands as the user calls them', async () => {
    const missing =
      'HostName=localhost:1;SharedAccessKeyName=iothubowner;SharedAccessKey=bWFkZS11cA==;UseDevelopmentEmulator=true'
    const inRepository = { IOTHUB_CONNECTION_STRING: missing, npm_lifecycle_event: 'fleet' }
    const { code, stderr } = await runProgram(FLEET, ['--create', '--devices', '5'], inRepository)
    expect(code).toBe(1)
    expect(stderr).toBe(
      'Cannot create devices: No hub answers at localhost:1 (ECONNREFUSED); start one in another terminal: npm run emulator\n',
    )
    expect((await runProgram(FLEET, ['--help'], inRepository)).stdout).toMatch(/^Usage: npm run fleet -- \[options\]\n/)
    expect((await runProgram(FLEET, ['--help'], environment)).stdout).toMatch(/^Usage: hubtwin-fleet \[options\]\n/)
  })

  it('says how many devices it created, and how many existed', async () => {
    const create = ['--create', '--prefix', 'counted-', '--duration', '1', '--devices']
    expect((await runProgram(FLEET, [...create, '2'], environment)).stdout).toContain('\nCreated 2 devices\n')
    expect((await runProgram(FLEET, [...create, '3'], environment)).stdout).toContain(
      '\nCreated 1 device; 2 existed already\n',
    )
  })

  it.each([
    [['--devices', '5', '--to', '9'], 2, 'Give either --devices or --to, not both\nShow the options with --help\n'],
    [['--tier', 'B1'], 2, '--tier is B1, and the basic tiers have no twins; expected F1, S1, S2, or S3\n'],
    [['--csv', '/nope/run.csv'], 1, '--csv is /nope/run.csv, but there is no folder /nope\n'],
    [['--csv', '/'], 1, '--csv is /, but it is a folder\n'],
    [['--csv', ''], 2, "option '--csv <file>' argument '' is invalid. Expected the path of a file.\n"],
    [['--json', '/etc/passwd/run.json'], 1, '--json is /etc/passwd/run.json, but /etc/passwd is not a folder\n'],
    [['--connection-strings', '/nope'], 1, '--connection-strings /nope cannot be read: there is no such file\n'],
    [['--prefix', 'a', '--connection-strings', 'b'], 2, "'--prefix <text>' cannot be used with option '--connection-"],
    [['--duration', '31536000'], 2, "argument '31536000' is invalid. Expected seconds from 1 to 2000000.\n"],
    [['--devices', '0x10'], 2, "argument '0x10' is invalid. Expected a whole number from 1 to 10000000.\n"],
    [['--units', '5'], 1, '--units is 5, but a local hub has no limits without --tier\n'],
    [['--json', '/nope/run.json'], 1, '--json is /nope/run.json, but there is no folder /nope\n'],
  ])('with %j exits with %i before it connects', async (args, exitCode, message) => {
    const { code, stdout, stderr } = await runProgram(FLEET, args, environment)
    expect({ code, stdout }).toEqual({ code: exitCode, stdout: '' })
    expect(stderr).toContain(message)
  })

  it('gives up when the hub knows none of the first devices', async () => {
    const { code, stderr } = await runProgram(FLEET, ['--devices', '5', '--prefix', 'unknown-'], environment)
    expect(code).toBe(1)
    expect(stderr).toContain('With --create, missing devices are registered')
    expect(stderr).toMatch(/None of the first devices could connect: ERR_UNAUTHORIZED\n$/)
  })

  it('warns that the reports exceed the tier', async () => {
    const args = ['--create', '--tier', 'F1', '--devices', '200', '--report-every', '2', '--duration', '1']
    const { stdout, stderr } = await runProgram(FLEET, args, environment)
    expect(stdout).toContain('200 devices of model thermostat for localhost')
    expect(stdout).toContain(', 100 connections per second')
    expect(stderr).toBe('The fleet reports 100 times per second; F1 with 1 unit allows 50 twin updates per second\n')
  })

  it('refuses more devices than the process may have open files', async () => {
    const { code, stderr } = await runProgram(FLEET, ['--devices', '9000000'], environment)
    expect(code).toBe(1)
    expect(stderr).toMatch(/^9000000 devices need 9000100 open files, but .*"ulimit -n 9000100"/)
  })

  it('prints its help, and names a bad option', async () => {
    const bad = await runProgram(FLEET, ['--devices', '2.5'], environment)
    expect(bad).toMatchObject({ code: 2, stdout: '' })
    expect(bad.stderr).toMatch(/^option '--devices <n>' argument '2.5' is invalid. Expected a whole number/)
    const { code, stdout, stderr } = await runProgram(FLEET, ['--help'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^Usage: hubtwin-fleet \[options\]\n/)
    expect(stdout).toContain('IOTHUB_CONNECTION_STRING')
  })
})
