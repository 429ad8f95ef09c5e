import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { runCli, spawnCli } from '../../support/cli-process.ts'
import { later } from '../../support/cleanup.ts'
import { connect, connectSubscribed } from '../../support/device.ts'
import { start } from '../../support/hub.ts'
import { hubTest } from '../../support/hub-test.ts'

/** The hub of the tests that change nothing of it. */
const test = hubTest()

/** Returns the output of a command that succeeds. */
async function said(hub: string, ...args: string[]): Promise<string> {
  const run = runCli([...args, '--hub', hub])
  const code = await run.exit
  expect([code, run.output()]).toEqual([0, expect.any(String)])
  return run.output()
}

describe('hubtwin-emulator fault', () => {
  test('sets, lists, and clears faults of a running hub', async () => {
    const hub = await start()
    const { http } = hub.endpoints
    expect(await said(http, 'fault', 'lose', '--device', 'device1', '--operation', 'patch', '--times', '1')).toBe(
      '1  lose operation=patch device=device1 times=1  injected 0\n',
    )
    await said(http, 'fault', 'throttle', '--rate', '0.5')
    const device = await connectSubscribed(hub)
    await device.client.publishAsync('$iothub/twin/PATCH/properties/reported/?$rid=1', '{"a":1}', { qos: 1 })
    expect((await said(http, 'fault', 'list')).split('\n')).toEqual([
      expect.stringMatching(/^1 {2}lose .* {2}injected [01]$/),
      expect.stringMatching(/^2 {2}throttle rate=0.5 {2}injected [01]$/),
      '',
    ])
    expect(await said(http, 'fault', 'clear', '2')).toBe('Fault 2 is removed.\n')
    expect(await said(http, 'fault', 'clear')).toBe('All faults are removed.\n')
    expect(await said(http, 'fault', 'list')).toBe('No fault is set.\n')
    expect(await said(http, 'fault', 'kick')).toBe('kick: 1\n')
    await device.closed()
  })

  test.for<[where: string[], code: number, output: RegExp]>([
    [['fault', 'lose', '--times', '0'], 2, /^--times: expected at least 1 but received 0\n$/],
    [['fault', 'lose', '--times', '-1'], 2, /^--times: expected at least 1 but received -1\n$/],
    [['fault', 'delay'], 2, /^--milliseconds is missing\. The length of the delay\n$/],
    [
      ['fault', 'close', '--operation', 'x'],
      2,
      /^--operation: expected before-storing or after-storing but received "x"\n$/,
    ],
    [['wait', '--hub', 'http://localhost:1'], 1, /no HTTP client connects to port 1, which another protocol uses\n$/],
    [['fault', 'explode'], 2, /^unknown command 'explode'\n/],
    [
      ['--fault', 'lose:tmes=1'],
      2,
      /^option '--fault <fault>' argument 'lose:tmes=1' is invalid\. tmes: is not known here\n$/,
    ],
    [['--tier', 'S4'], 2, /^option '--tier <tier>' argument 'S4' is invalid\. Allowed choices are F1, S1, S2, S3\.\n$/],
    [
      ['fault', 'list', '--hub', 'nowhere'],
      2,
      /^option '--hub <url>' argument 'nowhere' is invalid\. Expected a URL such as http:\/\/localhost:10480\.\n$/,
    ],
    [['fault', 'close'], 2, /^--operation is missing\. When to close it: before-storing .* or after-storing .*\n$/],
    [
      ['fault', 'list', '--hub', 'http://me:secret@localhost'],
      2,
      /^option '--hub <url>' argument 'http:\/\/…@localhost' is invalid\. Expected a URL such as .*, without a user/,
    ],
    [['wait', '--hub', 'nonsense'], 2, /^option '--hub <url>' argument 'nonsense' is invalid/],
    [
      ['events', '--device', 'a b,/x'],
      2,
      /^option '-d, --device <id>' argument 'a b,\/x' is invalid\. Expected 1 to 128 /,
    ],
    [['fault', 'kick', '--device', ''], 2, /^option '-d, --device <id>' argument '' is invalid/],
    [
      ['fault', 'kick', '--module', 'a/b'],
      2,
      /^option '--module <id>' argument 'a\/b' is invalid\. Expected 1 to 128 /,
    ],
    [
      ['fault', 'list', '--hub', 'http://127.0.0.1:1024'],
      1,
      /^No hub answers at http:\/\/127\.0\.0\.1:1024: ECONNREFUSED\. .*--hub\.\n$/,
    ],
    [['fault', 'clear', '../x'], 2, /^<id> is '\.\.\/x'\. The ID of a fault must be a number/],
    [['fault', 'clear', '7'], 1, /^There is no fault 7\n$/],
    [['clock', 'set', 'soon'], 2, /A time must be ISO 8601/],
    [['clock', 'advance', '1y'], 2, /^<duration> is '1y'\. A duration must be like 500ms, 30s, 10m, 1h, or 7d\.\n$/],
    [['clock', 'advance', '99999999d'], 1, /^The time must be between 1970 and 9999, not after the year 275760\n$/],
    [['clock', 'advance', '-1h'], 2, /^unknown option '-1h'\nTo move the time back, write: clock advance -- -1h\n$/],
    [['restore', 'nope.json'], 1, /^The snapshot nope\.json cannot be read: there is no such file\n$/],
    [['restore', '/'], 1, /^The snapshot \/ cannot be read: it is a folder\n$/],
    [
      ['snapshot', '--connection-string', 'c2VjcmV0'],
      2,
      /^--connection-string \(or the variable IOTHUB_CONNECTION_STRING\) has no HostName; expected (?!.*c2VjcmV0).*\n$/,
    ],
    [['wait', '--timeout', '0.3', '--hub', 'http://127.0.0.1:1024'], 1, /is not ready after 0\.3 s: ECONNREFUSED\n$/],
  ])('%j ends with exit code %i', async ([where, code, output], { hub }) => {
    const run = runCli([
      ...where,
      ...(where.includes('--hub') || where[0]?.startsWith('-') ? [] : ['--hub', hub.endpoints.http]),
    ])
    expect(await run.exit).toBe(code)
    expect(run.output()).toMatch(output)
  })

  test('says that a port speaks MQTT, and advises the URL for HTTP', async ({ hub }) => {
    for (const command of [['clock', 'show'], ['wait']]) {
      const run = runCli([...command, '--hub', `http://localhost:${hub.mqttPort}`])
      expect(await run.exit).toBe(1)
      expect(run.output()).toMatch(
        /: the port speaks MQTT, not HTTP: use the URL that the hub prints as "Without TLS", such as http:\/\/localhost:10480\n$/,
      )
    }
  })

  test('suspects a port for MQTT if a port with TLS closes the connection', async ({ hub }) => {
    const folder = await mkdtemp(join(tmpdir(), 'hubtwin-test-'))
    later(() => rm(folder, { recursive: true, force: true }))
    const authority = join(folder, 'ca.pem')
    await writeFile(authority, hub.certificateAuthority)
    const args = ['clock', 'show', '--hub', `https://localhost:${hub.mqttPort}`]
    const run = runCli(args, { enter: ['env', `NODE_EXTRA_CA_CERTS=${authority}`], root: '' })
    expect(await run.exit).toBe(1)
    expect(run.output()).toContain(
      'if this is its port for MQTT, use the https URL that the hub prints as "With TLS" (',
    )
  })

  test('warns if the device or the module of a fault does not exist yet', async ({ hub, deviceId, faults }) => {
    const { http } = hub.endpoints
    expect(await said(http, 'fault', 'expire', '--device', 'nosuch')).toBe(
      'expire device=nosuch: 0\n' +
        'Warning: The device nosuch is not registered yet, so the fault affects nothing now.\n',
    )
    expect(await said(http, 'fault', 'lose', '--device', deviceId, '--module', 'm#1')).toContain(
      `Warning: The module m#1 is not registered on the device ${deviceId} yet, so `,
    )
    expect(await said(http, 'fault', 'lose', '--device', deviceId)).not.toContain('Warning')
    expect(faults.list()).toHaveLength(2)
  })

  test('sends no token of a real hub to the local hub', async () => {
    const asked: string[] = []
    const statuses: number[] = [401]
    const { createServer } = await import('node:http')
    const server = createServer((request, response) => {
      asked.push(decodeURIComponent(request.headers.authorization ?? 'no token'))
      response.writeHead(statuses.shift() ?? 200).end('[]')
    }).listen(0, '127.0.0.1')
    later(() => server.close())
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as { port: number }
    const key = Buffer.alloc(32).toString('base64')
    const list = (text: string): Promise<string> =>
      said(`http://127.0.0.1:${port}`, 'fault', 'list', '--connection-string', text)
    await list(`HostName=contoso.azure-devices.net;SharedAccessKeyName=iothubowner;SharedAccessKey=${key}`)
    await list(`HostName=127.0.0.1:${port};SharedAccessKeyName=other;SharedAccessKey=${key}`)
    expect(asked).toEqual([
      'no token',
      expect.stringMatching(/sr=localhost&.*skn=iothubowner/),
      expect.stringMatching(/sr=127\.0\.0\.1&.*skn=other/),
    ])
  })
})

describe('hubtwin-emulator clock', () => {
  test('prints and sets the time of a running hub', async () => {
    const { http } = (await start()).endpoints
    expect(await said(http, 'clock', 'stop')).toMatch(/^\d{4}-.* \(stopped\)\n$/)
    expect(await said(http, 'clock', 'set', '2040-01-01')).toBe('2040-01-01T00:00:00.000Z (stopped)\n')
    expect(await said(http, 'clock', 'advance', '90m')).toBe('2040-01-01T01:30:00.000Z (stopped)\n')
    expect(await said(http, 'clock', 'start')).toMatch(/^2040-01-01T01:30/)
    expect(await said(http, 'clock', 'show')).toMatch(/^2040-01-01T01:30/)
    expect(await said(http, 'clock', 'reset')).not.toMatch(/^2040/)
  })
})

describe('hubtwin-emulator snapshot', () => {
  test('prints a snapshot that restore reads from a file into another hub', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hubtwin-test-'))
    later(() => rm(folder, { recursive: true, force: true }))
    const [hub, other] = [await start({ devices: ['a'] }), await start()]
    const file = join(folder, 'snapshot.json')
    await writeFile(file, await said(hub.endpoints.http, 'snapshot'))
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ format: 'hubtwin-emulator' })
    expect(await said(other.endpoints.http, 'restore', file)).toBe('Restored.\n')
    expect(other.twin('a')).toEqual(hub.twin('a'))
  })

  test('names the file that is not a snapshot, without its content', async ({ hub }) => {
    const folder = await mkdtemp(join(tmpdir(), 'hubtwin-test-'))
    later(() => rm(folder, { recursive: true, force: true }))
    const file = join(folder, 'snapshot.json')
    const expected = 'expected JSON as "hubtwin-emulator snapshot" prints it'
    for (const [content, problem] of [
      ['', `is empty; ${expected}`],
      ['{\n  "secret": x}', `is not JSON; ${expected}`],
      ['{}', `has no "format":"hubtwin-emulator"; ${expected}`],
      ['{"format":"hubtwin-emulator"}', 'cannot be restored: version: is missing'],
    ] as const) {
      await writeFile(file, content)
      const run = runCli(['restore', file, '--hub', hub.endpoints.http])
      expect([await run.exit, run.output()]).toEqual([1, `The snapshot ${file} ${problem}\n`])
    }
  })
})

describe('hubtwin-emulator', () => {
  test('has faults and a tier from the start', async () => {
    const { hub } = await spawnCli([
      '--fault',
      'refuse:device=device1,times=1',
      '--fault',
      '{"fault":"lose","times":1}',
      '--fault',
      'lose:operation=early-get',
      '--tier',
      'S1',
    ])
    await expect(connect(hub)).rejects.toMatchObject({ code: 5 })
    await connect(hub)
    expect((await said(hub.endpoints.http, 'fault', 'list')).split('\n')).toEqual([
      '1  refuse device=device1 times=1  injected 1',
      '2  lose times=1  injected 0',
      '3  lose operation=early-get  injected 0',
      '',
    ])
    expect(await said(hub.endpoints.http, 'fault', 'refuse', '--operation', 'early-packet')).toBe(
      '4  refuse operation=early-packet  injected 0\n',
    )
  })

  test('wait ends when the hub is ready', async () => {
    const { hub } = await spawnCli([])
    expect(await said(hub.endpoints.http, 'wait')).toBe(`The hub at ${hub.endpoints.http} is ready.\n`)
  })

  test.for<[string, (endpoints: { http: string; https: string }) => string, RegExp]>([
    [
      'HTTP to the port with TLS',
      ({ https }) => https.replace('https', 'http'),
      /^The hub at http:\S+ cannot be reached: the port has TLS: use https:\/\/localhost:\d+ /,
    ],
    [
      'TLS to the port without TLS',
      ({ http }) => http.replace('http', 'https'),
      /^The hub at https:\S+ cannot be reached: the port has no TLS: use http:\/\/localhost:\d+ /,
    ],
    [
      'a certificate that Node does not trust',
      ({ https }) => https,
      /^The hub at https:\S+ cannot be reached: its certificate is not trusted: set NODE_EXTRA_CA_CERTS to the file/,
    ],
  ])('wait and fault list explain %s', async ([_case, urlOf, text], { hub }) => {
    const url = urlOf(hub.endpoints)
    const wait = runCli(['wait', '--timeout', '0', '--hub', url])
    expect(await wait.exit).toBe(1)
    expect(wait.output()).toMatch(text)
    const list = runCli(['fault', 'list', '--hub', url])
    expect(await list.exit).toBe(1)
    const [, reason = ''] = /: ((?:the|its) .*) \(/.exec(wait.output()) ?? []
    expect(list.output()).toContain(`No hub answers at ${url}: ${reason} (`)
  })
})
