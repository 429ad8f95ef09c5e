import { mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { enroll, folder, hub, run, serve, useHubAndState } from './cli-service.ts'
import { makeKey, sign } from './forge.ts'
import { sendFrom } from './raw-http.ts'

useHubAndState()

const FOREIGN = ['--jwks', 'https://login.example/jwks.json', '--issuer', 'a', '--audience', 'b']

describe('serve', () => {
  it('serve prints its address and a one-time code, gives passwords, and stops cleanly, without a secret in its output', async () => {
    const served = await serve()
    const token = await enroll(served, served.code)
    const [status, { password, deviceId }] = await served.post('/api/token', { token })
    expect([status, deviceId]).toEqual([200, 'kiosk-7'])
    const { code, stdout, stderr } = await served.stop()
    expect(code).toBe(0)
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object)
    expect(events).toMatchObject([
      { event: 'enroll', outcome: 'ok', deviceId: 'kiosk-7', address: '127.0.0.1' },
      { event: 'token', outcome: 'ok', deviceId: 'kiosk-7', subject: 'kiosk-7', address: '127.0.0.1' },
    ])
    const key = /SharedAccessKey=([^;]+)/.exec(hub.connectionStrings.service())?.[1] ?? ''
    for (const secret of [token, String(password), key]) expect(stdout + stderr).not.toContain(secret)
    expect(stdout).not.toContain(served.code)
    expect(stderr).toMatch(/Stopping: the service accepts no new requests and finishes those in progress\n$/)
  })

  it('serve accepts the codes and revocations of other commands at once', async () => {
    const served = await serve()
    const made = await run('code', 'kiosk-7')
    const notice = expect.stringMatching(/^Valid for kiosk-7, once, until .+\n$/) as string
    expect(made).toMatchObject({ code: 0, stderr: notice })
    const token = await enroll(served, made.stdout.trim())
    expect((await served.post('/api/token', { token }))[0]).toBe(200)

    const revoked = await run('revoke', 'kiosk-7')
    expect(revoked).toMatchObject({ code: 0, stderr: '' })
    expect(revoked.stdout).toContain('kiosk-7 gets no more passwords')
    expect(await served.post('/api/token', { token })).toMatchObject([403, { code: 'ERR_REVOKED' }])
    // The code that serve printed is older than the revocation.
    expect(await served.post('/api/enroll', { body: { code: served.code } })).toMatchObject([
      403,
      { code: 'ERR_REVOKED' },
    ])
    const renewed = await enroll(served, (await run('code', 'kiosk-7')).stdout.trim())
    expect((await served.post('/api/token', { token: renewed }))[0]).toBe(200)
    await served.stop()
  })

  it('serve signs with the key of another command at once', async () => {
    const served = await serve()
    const token = await enroll(served, served.code)
    const rotated = await run('rotate-keys')
    expect(rotated.stdout).toMatch(/^Signing with \S+; 1 older key stays valid for the tokens that it signed\n$/)
    expect((await served.post('/api/token', { token }))[0]).toBe(200)
    expect((await run('rotate-keys', '--drop-old')).stdout).toContain('each device needs a new one-time code')
    expect(await served.post('/api/token', { token })).toMatchObject([401, { code: 'ERR_TOKEN_INVALID' }])
    await served.stop()
  })

  it("serve with --key device keeps running if another kind of server answers in the hub's place", async () => {
    const impostor = createServer((_, response) => response.end('<h1>hello</h1>')).listen(0, '127.0.0.1')
    await new Promise((resolve) => impostor.once('listening', resolve))
    onTestFinished(() => {
      impostor.closeAllConnections()
      impostor.close()
    })
    const { port } = impostor.address() as AddressInfo
    const served = await serve(['--key', 'device'], {
      IOTHUB_CONNECTION_STRING: `HostName=127.0.0.1:${port};SharedAccessKeyName=a;SharedAccessKey=bWFkZS11cA==;UseDevelopmentEmulator=true`,
    })
    const token = await enroll(served, served.code)
    for (let time = 0; time < 2; time += 1)
      expect(await served.post('/api/token', { token })).toMatchObject([503, { code: 'ERR_UNAVAILABLE' }])
    expect((await served.stop()).code).toBe(0)
  })

  it('serve with --jwks and --devices accepts the JWTs of another issuer for the devices in a file', async () => {
    const key = await makeKey('key-1')
    const [jwks, devices] = [join(folder, 'jwks.json'), join(folder, 'devices.json')]
    await writeFile(jwks, JSON.stringify({ keys: [key.publicJwk] }))
    await writeFile(devices, JSON.stringify({ 'shop-12': 'kiosk-7' }))
    const served = await serve([
      '--jwks',
      jwks,
      '--issuer',
      'https://login.example',
      '--audience',
      'fleet',
      '--devices',
      devices,
    ])
    const ask = async (by: typeof key, sub: string): Promise<unknown[]> => {
      const [status, body] = await served.post('/api/token', { token: await sign(by, { sub }) })
      return [status, body['code'] ?? body['deviceId']]
    }
    expect(await ask(key, 'shop-12')).toEqual([200, 'kiosk-7'])
    expect(await ask(key, 'kiosk-7')).toEqual([403, 'ERR_NO_DEVICE'])
    expect(await ask(key, 'constructor')).toEqual([403, 'ERR_NO_DEVICE'])
    const next = await makeKey('key-2')
    expect(await ask(next, 'shop-12')).toEqual([401, 'ERR_TOKEN_INVALID'])
    await writeFile(jwks, JSON.stringify({ keys: [next.publicJwk] }))
    expect(await ask(next, 'shop-12')).toEqual([200, 'kiosk-7'])
    expect(await ask(key, 'shop-12')).toEqual([401, 'ERR_TOKEN_INVALID'])
    await writeFile(jwks, 'half of')
    expect(await ask(next, 'shop-12')).toEqual([503, 'ERR_UNAVAILABLE'])
    const own = await served.post('/api/token', { token: await enroll(served, served.code) })
    expect(own).toMatchObject([200, { deviceId: 'kiosk-7' }])
    await served.stop()
  })

  it('serve with --static serves a page and its passwords from one origin, under a strict policy', async () => {
    const pages = join(folder, 'dist')
    await mkdir(join(pages, 'assets'), { recursive: true })
    await mkdir(join(pages, 'board'))
    await writeFile(join(pages, 'index.html'), '<!doctype html><title>home</title>')
    await writeFile(join(pages, 'kiosk.html'), '<!doctype html><title>kiosk</title>')
    await writeFile(join(pages, 'board', 'index.html'), '<!doctype html><title>board</title>')
    await writeFile(join(pages, 'assets', 'index-BxK29d_1.js'), 'export {}')
    await writeFile(join(pages, 'logo-portrait.svg'), '<svg/>')
    await writeFile(join(pages, '.env'), 'SECRET=1')
    await writeFile(join(folder, 'outside.html'), 'outside')
    const served = await serve(['--static', pages])
    expect(served.program.warned()).toContain(`Pages of ${pages}:\n  ${served.url}/\n  ${served.url}/kiosk\n`)
    const get = async (path: string): Promise<Response> => fetch(`${served.url}${path}`)
    for (const [path, text] of [
      ['/', 'home'],
      ['/kiosk', 'kiosk'],
      ['/kiosk.html', 'kiosk'],
      ['/board/', 'board'],
    ] as const)
      expect(await (await get(path)).text()).toContain(`<title>${text}</title>`)
    const page = await get('/kiosk')
    expect(page.headers.get('content-security-policy')).toBe(
      `default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self' ws://localhost:${hub.plainPort}; ` +
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    )
    expect(page.headers.get('cache-control')).toBe('no-cache')
    expect((await get('/assets/index-BxK29d_1.js')).headers.get('cache-control')).toBe(
      'public, max-age=31536000, immutable',
    )
    expect((await get('/logo-portrait.svg')).headers.get('cache-control')).toBe('no-cache')
    const missing = await get('/assets/gone-BxK29d_1.js')
    expect([missing.status, missing.headers.get('cache-control')]).toEqual([404, 'no-cache'])
    for (const path of [
      '/.env',
      '/%2eenv',
      '/../outside.html',
      '/..%2foutside.html',
      '/%2e%2e/outside',
      '/assets/..%5c..%5coutside.html',
      '/outside',
    ]) {
      const { status, text } = await sendFrom(served.port, path, { method: 'GET' })
      expect([path, status, text.includes('outside') || text.includes('SECRET')]).toEqual([path, 404, false])
    }
    expect((await served.post('/api/token'))[0]).toBe(401)
    await served.stop()
  })

  it.each([
    [['--port', '70000'], /Expected a whole number from 0 to 65535/],
    [['--sas-minutes', '0'], /Expected a whole number from 1 to 1440/],
    [['--key', 'none'], /Allowed choices are policy, device/],
    [
      ['--origin', 'kiosk.example'],
      /^Origin is "kiosk.example"; expected an origin such as "https:\/\/kiosk.example", without a path\n$/,
    ],
    [['--origin', 'https://*.example.com'], /^Origin is ".+"; wildcards never match, so name each origin\n$/],
    [
      ['--origin', 'http://kiosk.example'],
      /^Origin is ".+" without TLS; http is only for this machine, so use https\n$/,
    ],
    [
      ['--jwks', 'HTTP://login.example/jwks.json', '--issuer', 'a', '--audience', 'b'],
      /^Keys of a are at http:\/\/login\.example; expected an https address, /,
    ],
    [['--algorithm', 'ES256'], /^option '--algorithm <name>' needs '--jwks <file or address>'\n/],
    [['--metrics-address', 'a'], /^option '--metrics-address <address>' needs '--metrics-port <port>'\n/],
    [['--issuer', 'a'], /^--jwks, --issuer, and --audience only work together: pass all three\n$/],
    [[...FOREIGN, '--algorithm', 'HS256'], /^Algorithms of a are \["HS256"\]; expected some of /],
  ])('serve refuses %j and exits with 2', async (args, message) => {
    const { code, stdout, stderr } = await run('serve', '--port', '0', ...args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(message)
  })

  it.each([
    [['--static', '/nowhere/at/all'], /^--static is \/nowhere\/at\/all, but there is no such folder\n$/],
    [['--static', '/etc/passwd'], /^--static is \/etc\/passwd, but it is not a folder\n$/],
    [
      ['--address', 'a b'],
      /^--address is a b, which this machine does not have; expected an address such as 127\.0\.0\.1 /,
    ],
    [
      ['--jwks', '/nowhere.json', '--issuer', 'a', '--audience', 'b'],
      /^--jwks \/nowhere\.json cannot be read: there is no such file\n$/,
    ],
    [['--jwks', '/', '--issuer', 'a', '--audience', 'b'], /^--jwks \/ cannot be read: it is a folder\n$/],
    [[...FOREIGN, '--devices', '/nowhere.json'], /^--devices \/nowhere.json cannot be read: there is no such file\n$/],
  ])('serve refuses %j in one line', async (args, message) => {
    const { code, stdout, stderr } = await run('serve', '--port', '0', ...args)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(message)
  })

  it('serve names a port that is in use', async () => {
    const { code, stderr } = await run('serve', '--port', String(hub.plainPort))
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `Port ${hub.plainPort} is in use; choose another with --port, or 0 for a free port\n`,
    })
  })
})
