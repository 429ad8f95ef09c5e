import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DEVELOPMENT_SERVICE_CONNECTION_STRING, type Hub } from 'hubtwin-emulator'
import { describe, expect, it, onTestFinished } from 'vitest'
import { LOCAL_HUB_CONNECTION_STRING } from '../../service/src/commands/hub-from-environment.ts'
import { DESIRED_PATCHES } from '../../service/src/hub/desired-patches.ts'
import { openRegistry, readTwin, setTags } from '../../service/src/index.ts'
import { isFree } from '../demo/port.ts'
import { type Ended, nodeFor, runProgram } from '../demo/program.ts'
import { useHub } from '../support/use-hub.ts'

let hub: Hub
useHub((started) => (hub = started))

function runService(args: readonly string[], connectionString?: string): Promise<Ended> {
  return runProgram('service/dist/cli.js', args, {
    IOTHUB_CONNECTION_STRING: connectionString ?? hub.connectionStrings.service({ plain: true }),
  })
}

function registry(): ReturnType<typeof openRegistry> {
  return openRegistry(hub.connectionStrings.service(), { certificateAuthority: hub.certificateAuthority })
}

describe('update-desired-properties', () => {
  it.each([1, 2, 3, 4, 5] as const)('update-desired-properties %i sends that patch and says so', async (number) => {
    const sent = JSON.stringify({ properties: { desired: DESIRED_PATCHES[number] } })
    await expect(runService(['update-desired-properties', String(number)])).resolves.toEqual({
      code: 0,
      stdout: `Using twinPatch${number}\nSent patch: ${sent}\n`,
      stderr: '',
    })
    expect((await readTwin(registry(), 'device1')).properties.desired.$version).toBe(2)
  })

  it('update-desired-properties without a number sends patch 1 and says so', async () => {
    await expect(runService(['update-desired-properties'])).resolves.toEqual({
      code: 0,
      stdout:
        'Using twinPatch1\n' +
        'Sent patch: {"properties":{"desired":{"climate":{"minTemperature":69,"maxTemperature":77}}}}\n',
      stderr: "Missing patch number. Defaulting to '1'.\n",
    })
  })

  it.each(['0', '6', '1.5', 'one', ''])('update-desired-properties refuses %j', async (number) => {
    await expect(runService(['update-desired-properties', number])).resolves.toEqual({
      code: 2,
      stdout: '',
      stderr: `Patch number is "${number}"; expected a whole number from 1 to 5\n`,
    })
  })

  it('update-desired-properties names a device that does not exist', async () => {
    const { code, stderr } = await runService(['update-desired-properties', '1', '--device', 'nobody'])
    expect(code).toBe(1)
    expect(stderr).toMatch(/^Error during patch update \(ERR_NOT_FOUND\): .*nobody.*\n$/)
  })

  it('update-desired-properties uses TLS with a hub whose authority Node trusts', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hubtwin-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const file = join(folder, 'authority.pem')
    await writeFile(file, hub.certificateAuthority)
    const environment = { IOTHUB_CONNECTION_STRING: hub.connectionStrings.service() }
    const args = ['update-desired-properties', '1']
    const trusting = { ...environment, NODE_EXTRA_CA_CERTS: file }
    // Unchanged, with the modules of the build.
    const unchanged = nodeFor('service/dist/cli.js')
    expect(await runProgram('service/dist/cli.js', args, trusting, unchanged)).toMatchObject({ code: 0, stderr: '' })
    const { code, stderr } = await runProgram('service/dist/cli.js', args, environment)
    expect(code).toBe(1)
    expect(stderr).toMatch(/^Error during patch update \(ERR_CERTIFICATE\): .*NODE_EXTRA_CA_CERTS.*\n$/)
  })
})

describe('reported-properties', () => {
  it('reported-properties accepts a device that has not reported yet', async () => {
    const { code, stdout, stderr } = await runService(['reported-properties'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^Reported properties\.\.\.\n version: 1\n last updated: .+\n nothing reported yet\n$/)
  })

  it('reported-properties prints everything that the device reported', async () => {
    await runProgram('node-demo/update-reported-properties.ts', [], {
      IOTHUB_DEVICE_CONNECTION_STRING: hub.connectionStrings.device('device1', { plain: true }),
    })
    const { code, stdout, stderr } = await runService(['reported-properties', '--device', 'device1'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^Reported properties\.\.\.\n version: 2\n last updated: \d{4}-.+Z\n\{\n/)
    expect(JSON.parse(stdout.slice(stdout.indexOf('{')))).toEqual({
      firmware: { version: '1.2.1' },
      climate: { target: 21, temperature: 20.5 },
    })
  })
})

describe('query and tags', () => {
  it('query prints a line of JSON for each matching twin', async () => {
    await setTags(registry(), 'device1', { site: 'lab' })
    const found = await runService(['query', "SELECT * FROM devices WHERE tags.site = 'lab'"])
    expect(found).toMatchObject({ code: 0, stderr: '' })
    const lines = found.stdout.trimEnd().split('\n')
    expect(lines).toHaveLength(1)
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ deviceId: 'device1', tags: { site: 'lab' } })
    const none = await runService(['query', "SELECT * FROM devices WHERE tags.site = 'attic'"])
    expect(none).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  it("query prints the hub's reason for a refusal", async () => {
    const { code, stderr } = await runService(['query', 'SELECT nonsense'])
    expect(code).toBe(1)
    expect(stderr).toMatch(/^Error during query \(ERR_BAD_REQUEST\): .+\n$/)
  })

  it('tags prints the tags of a device, and merges a patch into them', async () => {
    expect(await runService(['tags'])).toEqual({ code: 0, stdout: '{}\n', stderr: '' })
    expect((await runService(['tags', '--set', '{"site":"lab","room":4}'])).stdout).toBe('{"site":"lab","room":4}\n')
    expect((await runService(['tags', '--set', '{"site":null}'])).stdout).toBe('{"room":4}\n')
    expect((await runService(['tags', '--device', 'device1'])).stdout).toBe('{"room":4}\n')
  })

  it.each([
    ['lab', 'invalid symbol at line 1, column 1 (lab); expected'],
    ['{"site":"lab",}', 'property name expected at line 1, column 15 ({"site":"lab",}); expected'],
    ['[1]', '[1] is not'],
    ['null', 'null is not'],
  ])('tags refuses --set %s', async (text, problem) => {
    await expect(runService(['tags', '--set', text])).resolves.toEqual({
      code: 2,
      stdout: '',
      stderr: `Tags: ${problem} a JSON object such as '{"site":"lab"}'; --file needs no quoting\n`,
    })
  })

  it('tags and desired set read a patch from a file, and name the place of a mistake', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hubtwin-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const file = join(folder, 'patch.json')
    // Notepad of Windows may write a byte order mark.
    await writeFile(file, '\uFEFF{\r\n  "site": "lab"\r\n}\r\n')
    expect(await runService(['tags', '--file', file])).toEqual({ code: 0, stdout: '{"site":"lab"}\n', stderr: '' })
    expect((await runService(['desired', 'set', '--file', file])).stdout).toContain('"desired":{"site":"lab"}')
    await writeFile(file, '{\n  "site": "lab"\n  "room": 4\n}\n')
    const { code, stderr } = await runService(['desired', 'set', '--file', file])
    expect(code).toBe(2)
    expect(stderr).toContain(`${file}: comma expected at line 3, column 3 ("room": 4); expected a JSON object`)
  })

  it('desired set reads a patch from standard input', async () => {
    const environment = { IOTHUB_CONNECTION_STRING: hub.connectionStrings.service({ plain: true }) }
    const shell = ['-c', `echo '{"site":"lab"}' | "$0" service/dist/cli.js desired set --file -`]
    const { code, stdout } = await runProgram(process.execPath, [], environment, ['sh', ...shell])
    expect(code).toBe(0)
    expect(stdout).toContain('"desired":{"site":"lab"}')
  })

  it('desired set needs either JSON or a file', async () => {
    const { code, stderr } = await runService(['desired', 'set'])
    expect(code).toBe(2)
    expect(stderr).toMatch(/^Patch: expected either JSON such as .+, or --file\n$/)
  })
})

describe('the command line', () => {
  it('the command line knows the connection string of the local hub', () => {
    expect(LOCAL_HUB_CONNECTION_STRING).toBe(DEVELOPMENT_SERVICE_CONNECTION_STRING)
  })

  it('the command line names the local hub, and how to start it', async ({ skip }) => {
    skip(!(await isFree(10_480)), 'another hub uses the default port')
    await expect(runProgram('service/dist/cli.js', ['reported-properties'])).resolves.toEqual({
      code: 1,
      stdout: '',
      stderr:
        'IOTHUB_CONNECTION_STRING is not set: using the local hub at localhost:10480\n' +
        'No hub answers at localhost:10480 (ECONNREFUSED); start one in another terminal: npm run emulator\n',
    })
  })

  it.each([
    ['an assignment', (text: string) => `export IOTHUB_CONNECTION_STRING='${text}'`],
    ['an assignment of PowerShell', (text: string) => `$env:IOTHUB_CONNECTION_STRING = "${text}"`],
    ['quotes and white space', (text: string) => ` "${text}"\n`],
  ])('the command line accepts a connection string with %s', async (_, wrap) => {
    const given = wrap(hub.connectionStrings.service({ plain: true }))
    expect(await runService(['tags'], given)).toEqual({ code: 0, stdout: '{}\n', stderr: '' })
  })

  it.each([
    ['TLS to a port without TLS', false, / has no TLS \(EPROTO\); add ;UseDevelopmentEmulator=true to the connection/],
    ['no TLS to a port with TLS', true, /answered 400, .*: This port has TLS\. .* remove UseDevelopmentEmulator=true/],
  ])('the command line gives advice for %s', async (_case, plain, advice) => {
    const [own, other] = plain ? [hub.plainPort, hub.securePort] : [hub.securePort, hub.plainPort]
    const wrong = hub.connectionStrings.service({ plain }).replace(`:${own};`, `:${other};`)
    const { code, stderr } = await runService(['tags'], wrong)
    expect(code).toBe(1)
    expect(stderr).toMatch(advice)
  })

  it("the command line says that a device's connection string is not the hub's", async () => {
    const { code, stderr } = await runService(['tags'], hub.connectionStrings.device('device1', { plain: true }))
    expect(code).toBe(1)
    expect(stderr).toMatch(/^This is a device's connection string, not the hub's: .+\n$/)
    expect(stderr).not.toContain('SharedAccessKey=')
  })

  it('the command line names an empty environment variable', async () => {
    const { stderr } = await runService(['tags'], ' ')
    expect(stderr).toMatch(/^IOTHUB_CONNECTION_STRING is empty: using the local hub at localhost:10480\n/)
  })

  it('the command line reports a wrong key in one line, without the key', async () => {
    const wrong = hub.connectionStrings
      .service({ plain: true })
      .replace(/SharedAccessKey=[^;]+/, 'SharedAccessKey=bm8=')
    for (const command of ['reported-properties', 'watch']) {
      const { code, stdout, stderr } = await runService([command], wrong)
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
      expect(stderr).toMatch(
        /^Error during .* \(ERR_UNAUTHORIZED\): .*the key of the token is not a key of the policy iothubowner\n$/,
      )
      expect(stderr).not.toContain('bm8=')
    }
  })

  it('the command line reports an invalid connection string in one line', async () => {
    const { code, stderr } = await runService(['reported-properties'], 'HostName=localhost')
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'Connection string of the back end has no SharedAccessKeyName\n',
    })
  })

  it('the command line reports a server that is not a hub', async () => {
    const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<h1>hello</h1>'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => {
      server.closeAllConnections()
      server.close()
    })
    const { port } = server.address() as AddressInfo
    const { code, stderr } = await runService(
      ['reported-properties'],
      `HostName=127.0.0.1:${port};SharedAccessKeyName=a;SharedAccessKey=bWFkZS11cA==;UseDevelopmentEmulator=true`,
    )
    expect(code).toBe(1)
    expect(stderr).toMatch(/^Error during get twin.*does not answer like an IoT hub.*\n$/)
  })
})
