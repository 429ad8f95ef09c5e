import { openTwin } from 'hubtwin'
import { startHub } from 'hubtwin-emulator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runProgram, startProgram } from './program.ts'

const BENCH = 'bench/user/dist/cli.js'

let hub: Awaited<ReturnType<typeof startHub>>
beforeAll(async () => {
  hub = await startHub({ securePort: 0, plainPort: 0 })
})
afterAll(() => hub.close())

async function createDevice(deviceId: string): Promise<{ IOTHUB_DEVICE_CONNECTION_STRING: string }> {
  await hub.createDevice(deviceId)
  return { IOTHUB_DEVICE_CONNECTION_STRING: hub.connectionStrings.device(deviceId, { plain: true }) }
}

function reportedOf(deviceId: string): Record<string, unknown> {
  return (hub.twin(deviceId) as { properties: { reported: Record<string, unknown> } }).properties.reported
}

const FEW = ['--rounds', '2', '--sequential', '3', '--burst', '5', '--per-second', '0']

describe('hubtwin-bench', () => {
  it('names the cost first, measures both transports, and leaves nothing behind', async () => {
    const environment = await createDevice('measured')
    const { code, stdout, stderr } = await runProgram(BENCH, [...FEW, '--json'], environment)
    expect(code).toBe(0)
    expect(stderr).toMatch(
      /^Device measured of localhost:\d+\nThe run opens 5 connections and costs about 26 messages .* at most 42, /,
    )
    const result = JSON.parse(stdout)
    expect(result.rounds.hubtwin).toHaveLength(2)
    for (const transport of ['hubtwin', 'hubtwin/light']) {
      expect(result.transports[transport].timeToFirstTwin.median).toBeGreaterThan(0)
      expect(result.rounds[transport].flatMap(({ reports }: { reports: number[] }) => reports)).toHaveLength(6)
      expect(result.transports[transport].reportsPerSecondWithoutWaiting.median).toBeGreaterThan(0)
    }
    expect(stdout).not.toContain('SharedAccessKey')
    expect(reportedOf('measured')).not.toHaveProperty('hubtwinBench')
  })

  it('removes its property after Ctrl+C', async () => {
    const program = startProgram(BENCH, ['--sequential', '500'], await createDevice('stopped'))
    await expect.poll(() => reportedOf('stopped'), { timeout: 15_000 }).toHaveProperty('hubtwinBench')
    program.stop('SIGINT')
    const { code, stderr } = await program.ended
    expect(code).toBe(130)
    expect(stderr).toMatch(/\nStopped\n$/)
    expect(reportedOf('stopped')).not.toHaveProperty('hubtwinBench')
  })

  it('explains that no hub answers, without a key', async () => {
    const missing = 'HostName=localhost:1;DeviceId=a;SharedAccessKey=c2VjcmV0;UseDevelopmentEmulator=true'
    const { code, stdout, stderr } = await runProgram(BENCH, [], { IOTHUB_DEVICE_CONNECTION_STRING: missing })
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/\nNo hub answers at localhost:1: .*ECONNREFUSED/)
    expect(stderr).not.toContain('c2VjcmV0')
  })

  it('explains a wrong key', async () => {
    await createDevice('locked')
    const connectionString = `HostName=localhost:${hub.plainPort};DeviceId=locked;SharedAccessKey=c2VjcmV0;UseDevelopmentEmulator=true`
    const { code, stderr } = await runProgram(BENCH, [], { IOTHUB_DEVICE_CONNECTION_STRING: connectionString })
    expect(code).toBe(1)
    expect(stderr).toContain('is the key right, the device there and enabled, the clock right?')
  })

  it('explains that another client uses the device', async () => {
    const environment = await createDevice('shared')
    const program = startProgram(BENCH, ['--sequential', '500'], environment)
    await expect.poll(() => reportedOf('shared'), { timeout: 15_000 }).toHaveProperty('hubtwinBench')
    const other = openTwin(environment.IOTHUB_DEVICE_CONNECTION_STRING)
    await other.ready()
    await other.close()
    const { code, stderr } = await program.ended
    expect(code).toBe(1)
    expect(stderr).toContain('Another client may use this device: give the benchmark its own device')
    expect(reportedOf('shared')).not.toHaveProperty('hubtwinBench')
  })
})
