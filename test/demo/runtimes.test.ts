import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { startHub } from 'hubtwin-emulator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Runtime, runProgram, startProgram } from './program.ts'

/** The test matrix installs both; a light installation leaves them out. */
const DENO = fileURLToPath(new URL('../node_modules/@deno/linux-x64-glibc/deno', import.meta.url))
const BUN = fileURLToPath(new URL('../node_modules/bun/bin/bun.exe', import.meta.url))
const RUNTIMES: readonly (readonly [string, Runtime])[] = [
  ['Deno', [DENO, 'run', '-A']],
  ['Bun', [BUN, 'run']],
]

let hub: Awaited<ReturnType<typeof startHub>>
beforeAll(async () => {
  hub = await startHub({ securePort: 0, plainPort: 0, devices: RUNTIMES.map(([name]) => name) })
})
afterAll(() => hub.close())

describe.each(RUNTIMES)('on %s', (name, runtime) => {
  const isThere = existsSync(runtime[0])

  it.runIf(isThere)(`get-twin and update-reported-properties do on ${name} what they do on Node`, async () => {
    const environment = { IOTHUB_DEVICE_CONNECTION_STRING: hub.connectionStrings.device(name, { plain: true }) }
    const opened = 'Client created.\nClient opened.\nTwin created.\n'
    expect(await runProgram('node-demo/update-reported-properties.ts', [], environment, runtime)).toEqual({
      code: 0,
      stdout: `${opened}Twin state reported successfully.\n`,
      stderr: '',
    })
    expect(await runProgram('node-demo/get-twin.ts', [], environment, runtime)).toEqual({
      code: 0,
      stdout:
        `${opened}Getting twin properties...\n` +
        '{"reported":{"firmware":{"version":"1.2.1"},"climate":{"target":21,"temperature":20.5},"$version":2},"desired":{"$version":1}}\n',
      stderr: '',
    })
  })

  it.runIf(isThere)(`receive-desired-properties names on ${name} the variable for the CA file`, async () => {
    const environment = { IOTHUB_DEVICE_CONNECTION_STRING: hub.connectionStrings.device(name) }
    const program = startProgram('node-demo/receive-desired-properties.ts', [], environment, runtime)
    await program.warns(`set ${name === 'Deno' ? 'DENO_CERT' : 'NODE_EXTRA_CA_CERTS'} to the file`)
    program.stop('SIGINT')
    expect((await program.ended).code).toBe(0)
  })

  it.runIf(isThere)(`all-together ends on ${name} with 0 after SIGINT`, async () => {
    const environment = { IOTHUB_DEVICE_CONNECTION_STRING: hub.connectionStrings.device(name, { plain: true }) }
    const program = startProgram('node-demo/all-together.ts', [], environment, runtime)
    await program.prints('Twin state reported successfully.')
    program.stop('SIGINT')
    expect(await program.ended).toMatchObject({ code: 0, stderr: '' })
  })

  it.runIf(isThere)(`firmware-update updates on ${name} what it is asked to`, async () => {
    const environment = { IOTHUB_DEVICE_CONNECTION_STRING: hub.connectionStrings.device(name, { plain: true }) }
    await hub.updateTwin(name, { properties: { desired: { firmware: { version: '1.3.0' } } } })
    const quick = ['--download-seconds', '0.5', '--apply-seconds', '0.5']
    const program = startProgram('node-demo/firmware-update.ts', quick, environment, runtime)
    await program.prints('"status":"done"')
    program.stop('SIGINT')
    expect(await program.ended).toMatchObject({ code: 0, stderr: '' })
  })
})
