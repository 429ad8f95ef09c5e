import { DEVELOPMENT_DEVICE_CONNECTION_STRING, type Hub, startHub } from 'hubtwin-emulator'
import { describe, expect, it } from 'vitest'
import { LOCAL_DEVICE_CONNECTION_STRING } from '../../node-demo/connection.ts'
import { DESIRED_PATCHES, openRegistry, patchDesired, readTwin, type Registry } from '../../service/src/index.ts'
import { useHub } from '../support/use-hub.ts'
import { isFree } from './port.ts'
import { runProgram, startProgram } from './program.ts'

let hub: Hub
let registry: Registry
let environment: { IOTHUB_DEVICE_CONNECTION_STRING: string }
useHub((started) => {
  hub = started
  registry = openRegistry(hub.connectionStrings.service(), { certificateAuthority: hub.certificateAuthority })
  environment = { IOTHUB_DEVICE_CONNECTION_STRING: hub.connectionStrings.device('device1', { plain: true }) }
})

const OPENED = 'Client created.\nClient opened.\nTwin created.\n'
const SAMPLES = ['get-twin', 'receive-desired-properties', 'update-reported-properties', 'all-together']

describe('get-twin', () => {
  it('get-twin prints an empty twin', async () => {
    await expect(runProgram('node-demo/get-twin.ts', [], environment)).resolves.toEqual({
      code: 0,
      stdout: `${OPENED}Getting twin properties...\n{"reported":{"$version":1},"desired":{"$version":1}}\n`,
      stderr: '',
    })
  })

  it('get-twin prints desired and reported properties', async () => {
    await patchDesired(registry, 'device1', DESIRED_PATCHES[1])
    const { stdout } = await runProgram('node-demo/get-twin.ts', [], environment)
    expect(stdout.trimEnd().split('\n').at(-1)).toBe(
      '{"reported":{"$version":1},"desired":{"climate":{"minTemperature":69,"maxTemperature":77},"$version":2}}',
    )
  })
})

describe('update-reported-properties', () => {
  it('update-reported-properties reports, and the hub stores the report', async () => {
    await expect(runProgram('node-demo/update-reported-properties.ts', [], environment)).resolves.toEqual({
      code: 0,
      stdout: `${OPENED}Twin state reported successfully.\n`,
      stderr: '',
    })
    const { $metadata, ...reported } = (await readTwin(registry, 'device1')).properties.reported
    expect(reported).toEqual({
      firmware: { version: '1.2.1' },
      climate: { target: 21, temperature: 20.5 },
      $version: 2,
    })
  })
})

/** The output of a listening device while the back end sends the five patches. */
const FIVE_PATCHES = `New desired properties received:
  {"climate":{"minTemperature":69,"maxTemperature":77},"$version":2}
New desired properties received for "properties.desired.climate":
  min temp=69
  max temp=77
New desired properties received:
  {"climate":{"hvac":{"systemControl":{"fanOn":true}}},"$version":3}
New desired properties received for "properties.desired.climate.hvac.systemControl":
  fan=true
New desired properties received:
  {"modules":{"wifi":{"channel":6,"ssid":"my_network"},"climate":{"id":17,"units":"farenheit"}},"$version":4}
New desired properties received for "properties.desired.modules":
  Adding module wifi: {"channel":6,"ssid":"my_network"}
  Adding module climate: {"id":17,"units":"farenheit"}
New desired properties received:
  {"modules":{"wifi":{"channel":7,"encryption":"wpa","passphrase":"foo"}},"$version":5}
New desired properties received for "properties.desired.modules":
  Updating module wifi: {"channel":7,"encryption":"wpa","passphrase":"foo"}
New desired properties received:
  {"modules":{"climate":null},"climate":null,"$version":6}
New desired properties received for "properties.desired.climate":
  removed
New desired properties received for "properties.desired.climate.hvac.systemControl":
  removed
New desired properties received for "properties.desired.modules":
  Deleting module climate
`

async function sendFivePatches(): Promise<void> {
  for (const patch of Object.values(DESIRED_PATCHES)) await patchDesired(registry, 'device1', patch)
}

describe('receive-desired-properties', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'receive-desired-properties prints all five patches, until %s',
    async (signal) => {
      const program = startProgram('node-demo/receive-desired-properties.ts', [], environment)
      await program.prints('{"$version":1}')
      await sendFivePatches()
      await program.prints('Deleting module climate\n')
      program.stop(signal)
      await expect(program.ended).resolves.toEqual({
        code: 0,
        stdout: `${OPENED}\nNew desired properties received:\n  {"$version":1}\n${FIVE_PATCHES}`,
        stderr: '',
      })
    },
  )

  it('receive-desired-properties starts with the changes of its absence', async () => {
    await sendFivePatches()
    const program = startProgram('node-demo/receive-desired-properties.ts', [], environment)
    await program.prints('Adding module wifi')
    program.stop('SIGINT')
    await expect(program.ended).resolves.toEqual({
      code: 0,
      stdout: `${OPENED}
New desired properties received:
  {"modules":{"wifi":{"channel":7,"ssid":"my_network","encryption":"wpa","passphrase":"foo"}},"$version":6}
New desired properties received for "properties.desired.modules":
  Adding module wifi: {"channel":7,"ssid":"my_network","encryption":"wpa","passphrase":"foo"}
`,
      stderr: '',
    })
  })

  it('receive-desired-properties prints the removal of all modules at once', async () => {
    await patchDesired(registry, 'device1', DESIRED_PATCHES[3])
    const program = startProgram('node-demo/receive-desired-properties.ts', [], environment)
    await program.prints('Adding module climate')
    await patchDesired(registry, 'device1', { modules: null })
    await program.prints('Deleting module climate')
    program.stop('SIGINT')
    const { stdout } = await program.ended
    expect(stdout).toContain('  Deleting module wifi\n  Deleting module climate\n')
  })
})

describe('all-together', () => {
  it('all-together prints the twin, reports, and prints all five patches, until SIGINT', async () => {
    const program = startProgram('node-demo/all-together.ts', [], environment)
    await program.prints('Twin state reported successfully.')
    await sendFivePatches()
    await program.prints('Deleting module climate\n')
    program.stop('SIGINT')
    await expect(program.ended).resolves.toEqual({
      code: 0,
      stdout:
        `${OPENED}Getting twin properties...\n{"reported":{"$version":1},"desired":{"$version":1}}\n` +
        `New desired properties received:\n  {"$version":1}\nTwin state reported successfully.\n${FIVE_PATCHES}`,
      stderr: '',
    })
    expect((await readTwin(registry, 'device1')).properties.reported.$version).toBe(2)
  })
})

describe('a sample that cannot go on', () => {
  it('the samples use the default device of the emulator', () => {
    expect(LOCAL_DEVICE_CONNECTION_STRING).toBe(DEVELOPMENT_DEVICE_CONNECTION_STRING)
  })

  it.for(SAMPLES)('%s says that it uses the local hub, and how to start one', async (sample, { skip }) => {
    skip(!(await isFree(10_480)), 'a hub uses the default port')
    await expect(runProgram(`node-demo/${sample}.ts`)).resolves.toEqual({
      code: 1,
      stdout: 'Client created.\n',
      stderr:
        'IOTHUB_DEVICE_CONNECTION_STRING is not set: using device1 of the local hub\n' +
        'No local hub is running; start one in another terminal: npm run emulator\n',
    })
  })

  it.each(SAMPLES)('%s tells a wrong key in one line, without the key', async (sample) => {
    const { IOTHUB_DEVICE_CONNECTION_STRING: right } = environment
    const wrong = right.replace(/SharedAccessKey=[^;]+/, 'SharedAccessKey=bm9ub25vbm8=')
    const { code, stdout, stderr } = await runProgram(`node-demo/${sample}.ts`, [], {
      IOTHUB_DEVICE_CONNECTION_STRING: wrong,
    })
    expect({ code, stdout }).toEqual({ code: 1, stdout: 'Client created.\n' })
    expect(stderr).toMatch(/^Error opening client: .+\n$/)
    expect(stderr).not.toContain('bm9ub25vbm8=')
  })

  it('get-twin reports an invalid connection string in one line', async () => {
    const { code, stdout, stderr } = await runProgram('node-demo/get-twin.ts', [], {
      IOTHUB_DEVICE_CONNECTION_STRING: 'HostName=localhost',
    })
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toBe('Error in IOTHUB_DEVICE_CONNECTION_STRING: Connection string has no DeviceId\n')
  })

  it.each([
    ['an assignment', (text: string) => `export IOTHUB_DEVICE_CONNECTION_STRING='${text}'`],
    ['quotes and white space', (text: string) => ` "${text}"\n`],
  ])('get-twin accepts a connection string with %s', async (_, wrap) => {
    const given = { IOTHUB_DEVICE_CONNECTION_STRING: wrap(environment.IOTHUB_DEVICE_CONNECTION_STRING) }
    expect(await runProgram('node-demo/get-twin.ts', [], given)).toMatchObject({ code: 0, stderr: '' })
  })

  it("get-twin says that the hub's policy key is not a device's", async () => {
    const given = { IOTHUB_DEVICE_CONNECTION_STRING: hub.connectionStrings.service({ plain: true }) }
    const { code, stderr } = await runProgram('node-demo/get-twin.ts', [], given)
    expect(code).toBe(1)
    expect(stderr).toBe(
      "Error in IOTHUB_DEVICE_CONNECTION_STRING: Connection string has no DeviceId; it is the hub's policy key, not a device's\n",
    )
    expect(stderr).not.toContain('SharedAccessKey=')
  })

  it('get-twin names an empty environment variable', async () => {
    const { stderr } = await runProgram('node-demo/get-twin.ts', [], { IOTHUB_DEVICE_CONNECTION_STRING: '' })
    expect(stderr).toMatch(/^IOTHUB_DEVICE_CONNECTION_STRING is empty: using device1 of the local hub\n/)
  })

  it('receive-desired-properties names NODE_EXTRA_CA_CERTS for a hub whose certificate Node does not trust', async () => {
    const program = startProgram('node-demo/receive-desired-properties.ts', [], {
      IOTHUB_DEVICE_CONNECTION_STRING: hub.connectionStrings.device('device1'),
    })
    await program.warns("The hub's certificate is not trusted: set NODE_EXTRA_CA_CERTS to the file")
    program.stop('SIGINT')
    expect((await program.ended).code).toBe(0)
  })

  it.each([
    ['TLS to a port without TLS', false, 'This port of the hub has no TLS: add ;UseDevelopmentEmulator=true'],
    ['no TLS to a port with TLS', true, "If this is the hub's port with TLS, remove UseDevelopmentEmulator=true"],
  ])('get-twin gives advice for %s', async (_case, plain, advice) => {
    const given = hub.connectionStrings.device('device1', { plain })
    const [own, other] = plain ? [hub.plainPort, hub.securePort] : [hub.securePort, hub.plainPort]
    const wrong = given.replace(`:${own};`, `:${other};`)
    expect(wrong).not.toBe(given)
    const program = startProgram('node-demo/get-twin.ts', [], { IOTHUB_DEVICE_CONNECTION_STRING: wrong })
    await program.warns(advice)
    program.stop('SIGKILL')
    await program.ended
  })

  it.each([
    ['a reader that is gone', '| true', 0, ''],
    ['a full disk', '> /dev/full', 1, 'The output cannot be written: ENOSPC: no space left on device, write\n'],
  ])('get-twin ends without a stack for %s', async (_case, redirection, exitCode, text) => {
    const line = `set -o pipefail; "$0" --import tsx node-demo/get-twin.ts ${redirection}`
    const { code, stderr } = await runProgram(process.execPath, [], environment, ['bash', '-c', line])
    expect({ code, stderr }).toEqual({ code: exitCode, stderr: text })
  })

  it('receive-desired-properties says why it waits for a hub, and continues', async () => {
    const gone = await startHub()
    const ofGone = { IOTHUB_DEVICE_CONNECTION_STRING: gone.connectionStrings.device('device1', { plain: true }) }
    await gone.close()
    const program = startProgram('node-demo/receive-desired-properties.ts', [], ofGone)
    await program.warns('Waiting for the hub')
    await program.warns('No hub runs at this address of your machine; start one')
    program.stop('SIGINT')
    const { code, stdout } = await program.ended
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'Client created.\n' })
  })
})
