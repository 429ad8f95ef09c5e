import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openTwin } from 'hubtwin'
import { describe, expect, test } from 'vitest'
import { runCli, spawnCli } from '../../support/cli-process.ts'
import { later } from '../../support/cleanup.ts'
import { connect, connectSubscribed } from '../../support/device.ts'
import { rest } from '../../support/rest.ts'

describe('hubtwin-emulator', () => {
  test('prints working endpoints, CA, and connection strings, and stops at SIGINT with exit code 0', async () => {
    const { process, output, exit, hub } = await spawnCli(['--device', 'a,b', '--device', 'c'])
    for (const deviceId of ['a', 'b', 'c']) {
      const device = await connectSubscribed(hub, { deviceId, secure: true })
      expect((await device.get()).topic).toContain('res/200')
      await connectSubscribed(hub, { deviceId, straight: true })
    }
    expect(await hub.updateTwin('a', { tags: { x: 1 } })).toBe(true)
    expect(output()).toContain("export IOTHUB_DEVICE_CONNECTION_STRING='HostName=localhost:")
    const caFile = /CA +(\S+)/.exec(output())?.[1] ?? ''
    expect(existsSync(caFile)).toBe(true)
    process.kill('SIGINT')
    expect(await exit).toBe(0)
    expect(existsSync(caFile)).toBe(false)
  })

  test.each(['--secure-port', '--plain-port', '--mqtt-port'])(
    'says in one line that a port is taken, and that %s chooses another',
    async (option) => {
      const server = createServer().listen(0, '127.0.0.1')
      later(() => server.close())
      await once(server, 'listening')
      const { port } = server.address() as AddressInfo
      const free = ['--secure-port', '0', '--plain-port', '0', '--mqtt-port', '0']
      const run = runCli([...free, option, String(port)])
      expect(await run.exit).toBe(1)
      expect(run.output()).toBe(`Port ${port} is taken. Choose another port with ${option}; 0 means any free port.\n`)
    },
  )

  test.each([
    [['--secure-port', '99999'], 2, /^option .* is invalid\. A port must be a number from 0 to 65535\.\n$/],
    [['--nonsense'], 2, /^unknown option '--nonsense'\n$/],
    [['evnts'], 2, /^unknown command 'evnts'\n\(Did you mean events\?\)\n[^]*\nCommands:\n[^]* {2}restore /],
    [['fault', 'los'], 2, /^unknown command 'los'\n\(Did you mean lose\?\)\n[^]*\nCommands:\n[^]* {2}throttle /],
    [['help', 'evnts'], 2, /^unknown command 'evnts'\n\(Did you mean events\?\)\n[^]*\nCommands:\n/],
    [['fault', 'help', 'los'], 2, /^unknown command 'los'\n\(Did you mean lose\?\)\n/],
    [['help', 'fault', 'lose'], 0, /^Usage: hubtwin-emulator fault lose /],
    [['wait', 'extra'], 2, /^too many arguments for 'wait'\..*\n$/],
    [['--version'], 0, /^\d+\.\d+\.\d+\n$/],
    [['--device', 'a/b'], 2, /^option '-d, --device <ids>' argument 'a\/b' is invalid\. Expected 1 to 128 ASCII .*\n$/],
    [['--device', ''], 2, /^option '-d, --device <ids>' argument '' is invalid\. Expected a non-empty value\.\n$/],
    [
      ['--device', ','],
      2,
      /^option '-d, --device <ids>' argument ',' is invalid\. An ID before or after a comma is empty\..*\n$/,
    ],
    [['--address', ''], 2, /^option '--address <address>' argument '' is invalid\. Expected a non-empty value\./],
    [
      ['--address', 'a b'],
      1,
      /^--address is a b, which this machine does not have; expected an address such as 127\.0\.0\.1 /,
    ],
    [['--units', '3'], 2, /^--units is 3, but there is no --tier; expected --tier F1, S1, S2, S3\n$/],
    [['--units', '3', '--tier', 'F1'], 2, /^--units is 3; F1 has a single unit\n$/],
    [['-s', '1234', '-m', '1234'], 2, /^--secure-port and --mqtt-port are both 1234; expected different ports\n$/],
    [['--data-folder', ''], 2, /^option '-f, --data-folder <folder>' argument '' is invalid\./],
    [['-f', '/etc/passwd'], 1, /^--data-folder is \/etc\/passwd, but \/etc\/passwd is not a folder\n$/],
    [['-f', '/etc/passwd/x'], 1, /^--data-folder is \/etc\/passwd\/x, but \/etc\/passwd is not a folder\n$/],
    [['--env', ''], 2, /^option '--env <file>' argument '' is invalid\./],
    [['--env', '/'], 1, /^--env is \/, but it is a folder; expected a file\n$/],
    [['--env', '/nope/.env'], 1, /^--env is \/nope\/\.env, but there is no folder \/nope\n$/],
    [['--help'], 0, /--data-folder/],
  ] as const)('%j ends with exit code %i', async (args, code, output) => {
    const run = runCli(args)
    expect(await run.exit).toBe(code)
    expect(run.output()).toMatch(output)
  })

  test.skipIf(!existsSync('/proc/self')).each([
    ['-f', '/proc/hubtwin/data', /^(?:The data folder|--data-folder is) \/proc\/hubtwin\/data.*\n$/],
    ['--env', '/proc/hubtwin.env', /^--env is \/proc\/hubtwin\.env, but .*\n$/],
  ])('ends when %s cannot be created below /proc', async (option, path, output) => {
    const run = runCli(['-s', '0', '-p', '0', '-m', '0', option, path])
    expect(await run.exit).toBe(1)
    expect(run.output()).toMatch(output)
    expect(run.output()).not.toMatch(/ENOENT|no such file/)
  })

  test('stops without a stack when the reader of its output is gone', async () => {
    const { process, exit, output, hub } = await spawnCli([])
    process.stdout?.destroy()
    // The hub notices when it prints that the device connects, and may close before it answers.
    await connectSubscribed(hub, { deviceId: 'device1' }).catch(() => undefined)
    expect(await exit).toBe(0)
    expect(output()).not.toContain('    at ')
  })

  test('keeps older messages from a clean session with --no-clean-sessions-get-queue', async () => {
    const { hub } = await spawnCli(['--no-clean-sessions-get-queue', '--lost-locks-count'])
    const send = (body: string): Promise<unknown> =>
      rest(hub, 'POST', '/hub/devices/device1/messages', { body: { body } })
    await send('before')
    const device = await connect(hub)
    await device.client.subscribeAsync('devices/device1/messages/devicebound/#', { qos: 1 })
    await send('after')
    expect((await device.next()).body).toBe('after')
    expect(device.messages).toHaveLength(1)
  })

  test('prints a line for each device that connects, disconnects, or is rejected, with the reason', async () => {
    const { process, output, exit, hub } = await spawnCli([])
    const device = await connectSubscribed(hub, { deviceId: 'device1' })
    device.client.end()
    const valid = hub.connectionStrings.device('device1')
    const wrong = openTwin(valid.replace(/SharedAccessKey=[^;]+/, 'SharedAccessKey=bm9ub25vbm8='))
    const unknown = openTwin(valid.replace('DeviceId=device1', 'DeviceId=ghost'))
    later(() => Promise.all([wrong.close(), unknown.close()]))
    await expect(wrong.ready()).rejects.toMatchObject({ code: 'ERR_UNAUTHORIZED' })
    await expect(unknown.ready()).rejects.toMatchObject({ code: 'ERR_UNAUTHORIZED' })
    process.kill('SIGINT')
    await exit
    const lines = output().split('\n')
    expect(lines).toContain('device1 connected')
    expect(lines).toContain('device1 disconnected')
    expect(lines).toContain('device1 rejected: its key is wrong')
    expect(lines).toContain('ghost rejected: the hub has no such device')
  })

  test('prints no such line with --quiet', async () => {
    const { process, output, exit, hub } = await spawnCli(['--quiet'])
    await connectSubscribed(hub, { deviceId: 'device1' })
    process.kill('SIGINT')
    await exit
    expect(output()).not.toContain('device1 connected')
  })

  test('writes connection strings to a .env file, and keeps its other lines', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hubtwin-'))
    later(() => rm(folder, { recursive: true }))
    const path = join(folder, '.env')
    await writeFile(path, 'COLOR=red\nIOTHUB_CONNECTION_STRING=old\n')
    const { process, exit } = await spawnCli(['--env', path])
    process.kill('SIGINT')
    await exit
    const text = await readFile(path, 'utf8')
    expect(text).toMatch(/^COLOR=red\n/)
    expect(text).toMatch(/^IOTHUB_DEVICE_CONNECTION_STRING='HostName=localhost:\d+;DeviceId=device1;.*'$/m)
    expect(text.match(/^IOTHUB_CONNECTION_STRING=.*$/gm)).toEqual([
      expect.stringMatching(/^IOTHUB_CONNECTION_STRING='HostName=localhost:\d+;SharedAccessKeyName=iothubowner;.*'$/),
    ])
  })

  test('warns if the device of --fault does not exist', async () => {
    const { output } = await spawnCli(['-d', 'a', '--fault', 'lose:device=a', '--fault', 'lose:device=nosuch'])
    expect(output().match(/Warning.*/g)).toEqual([
      'Warning: The device nosuch is not registered yet, so the option --fault affects nothing now.',
    ])
  })

  test('warns that its keys are public if other machines can reach it', async () => {
    const { process, output, exit } = await spawnCli(['--address', '0.0.0.0'])
    process.kill('SIGTERM')
    expect(await exit).toBe(0)
    // The warning and the other text come through two pipes, so wait for both.
    expect(output()).toContain('Warning: the hub listens on 0.0.0.0')
  })
})
