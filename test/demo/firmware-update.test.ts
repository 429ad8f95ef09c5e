import type { Hub } from 'hubtwin-emulator'
import { describe, expect, it } from 'vitest'
import { useHub } from '../support/use-hub.ts'
import { startProgram } from './program.ts'

let hub: Hub
let environment: { IOTHUB_DEVICE_CONNECTION_STRING: string }
useHub((started) => {
  hub = started
  environment = { IOTHUB_DEVICE_CONNECTION_STRING: hub.connectionStrings.device('device1', { plain: true }) }
})

const QUICK = ['--download-seconds', '1', '--apply-seconds', '0.5']
const OPENED = 'Client created.\nClient opened.\nTwin created.\n'

function want(firmware: unknown): Promise<unknown> {
  return hub.updateTwin('device1', { properties: { desired: { firmware } as never } })
}

function reportedFirmware(): unknown {
  const { properties } = hub.twin('device1') as { properties: { reported: { firmware?: unknown } } }
  return properties.reported.firmware
}

/** The acknowledgment of a request in progress, as the program prints it. */
function acknowledged(value: string, description: string): string {
  return `"version":{"value":"${value}","ac":202,"av":2,"ad":"${description}"}`
}

describe('firmware-update', () => {
  it('firmware-update reports each of its states to the hub', async () => {
    // Applying takes long enough for a busy machine to see it.
    const args = ['--download-seconds', '1', '--apply-seconds', '3']
    const program = startProgram('node-demo/firmware-update.ts', args, environment)
    await program.prints('"status":"idle"')
    await want({ version: '1.3.0', rollout: 'r1' })
    await program.prints('"status":"done"')
    expect(reportedFirmware()).toEqual({
      __t: 'c',
      version: { value: '1.3.0', ac: 200, av: 2 },
      status: 'done',
      rollout: 'r1',
    })
    expect(hub.twin('device1')).toMatchObject({ modelId: 'dtmi:hubtwin:demo:Thermostat;1' })
    program.stop('SIGINT')
    const { code, stdout, stderr } = await program.ended
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toBe(`${OPENED}Firmware 1.2.1 runs.
Reported: {"firmware":{"__t":"c","status":"idle","version":{"value":"1.2.1","ac":203,"av":0,"ad":"the device's own"}}}
Desired firmware, version 2: {"version":"1.3.0","rollout":"r1"}
Downloading 1.3.0.
Reported: {"firmware":{"__t":"c","status":"downloading","pending":"1.3.0","progress":0,"rollout":"r1",${acknowledged('1.2.1', 'downloading 1.3.0')}}}
Applying 1.3.0.
Reported: {"firmware":{"__t":"c","status":"applying","progress":null,${acknowledged('1.2.1', 'applying 1.3.0')}}}
Firmware 1.3.0 runs.
Reported: {"firmware":{"__t":"c","status":"done","pending":null,"version":{"value":"1.3.0","ac":200,"av":2,"ad":null}}}
`)
  })

  it('firmware-update remembers a failure after a restart, and tries again for a new rollout', async () => {
    await want({ version: '1.3.0' })
    const failing = startProgram('node-demo/firmware-update.ts', ['--fail-next', ...QUICK], environment)
    await failing.prints('"status":"failed"')
    failing.stop('SIGTERM')
    expect((await failing.ended).stdout).toContain('Failed: Version 1.3.0 did not start; 1.2.1 runs again.\n')

    const again = startProgram('node-demo/firmware-update.ts', QUICK, environment)
    await again.prints('Desired firmware')
    await want({ version: '1.3.0', rollout: 'r2' })
    await again.prints('"status":"done"')
    again.stop('SIGINT')
    const { code, stdout } = await again.ended
    expect(code).toBe(0)
    expect(stdout).toContain(`${OPENED}Failed: Version 1.3.0 did not start; 1.2.1 runs again.\n`)
    expect(reportedFirmware()).toMatchObject({
      version: { value: '1.3.0', ac: 200, av: 3 },
      status: 'done',
      rollout: 'r2',
    })
  })

  it('firmware-update reports the problem of an invalid version, and continues', async () => {
    const program = startProgram('node-demo/firmware-update.ts', QUICK, environment)
    await program.prints('Reported: ')
    await want({ version: 7 })
    await program.prints('"status":"failed"')
    const error = 'firmware.version is 7; expected a string of 1 to 64 characters without white space'
    const rejected = { value: '1.2.1', ac: 400, av: 2, ad: error }
    expect(reportedFirmware()).toEqual({ __t: 'c', version: rejected, status: 'failed', error })
    await want(null)
    await program.prints('"status":"idle","error":null')
    program.stop('SIGINT')
    expect(await program.ended).toMatchObject({ code: 0, stderr: '' })
  })

  it.each([
    [
      ['--download-seconds', 'soon'],
      'Error in the arguments: --download-seconds is "soon"; expected seconds from 0 to 86400; show the options with --help\n',
    ],
    [
      ['--download-seconds=-1'],
      'Error in the arguments: --download-seconds is "-1"; expected seconds from 0 to 86400; show the options with --help\n',
    ],
    [['--never'], /^Error in the arguments: Unknown option '--never'.*\n$/],
  ])('firmware-update refuses %j in one line', async (args, line) => {
    const { code, stdout, stderr } = await startProgram('node-demo/firmware-update.ts', args, environment).ended
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(line)
  })
})
