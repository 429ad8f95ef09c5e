import { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { checkHostName, checkOrigins } from '../../../../emulator/src/http/host-name.ts'
import {
  foreignHostProblem,
  hostProblem,
  isOwnHost,
  NO_HOST_PROBLEM,
  pageProblem,
  parseHost,
  peerSocketOf,
  shorten,
} from '../../../../emulator/src/http/host.ts'
import { isLoopback } from '../../../../emulator/src/http/loopback.ts'
import { routedPath } from '../../../../emulator/src/http/routed-path.ts'

const LOCAL = { secure: true, localAddress: '127.0.0.1', localPort: 443, remoteAddress: '127.0.0.1' }
const REMOTE = { ...LOCAL, localAddress: '192.0.2.1', remoteAddress: '192.0.2.9' }

test.each([
  ['localhost', true],
  ['::1', true],
  ['127.0.0.1', true],
  ['127.255.0.9', true],
  ['::ffff:127.0.0.1', true],
  ['LOCALHOST', false],
  ['::11', false],
  ['128.0.0.1', false],
  ['127.0.0.1.evil.test', false],
  ['127.0.0', false],
  ['127.0.0.1000', false],
  ['x127.0.0.1', false],
  ['127a0.0.1', false],
  ['127.a.b.c', false],
  ['', false],
])('isLoopback(%j) is %s', (address, expected) => {
  expect(isLoopback(address)).toBe(expected)
})

test.each([
  ['/twins/d', '/twins/d'],
  ['/twins%2Fdevice1?x=%2F', '/twins/device1'],
  ['/%2FdigitalTwins%2fdevice1', '/digitalTwins/device1'],
  ['/a%2F%2Fb', '/a//b'],
  ['/twins/d/', '/twins/d'],
])('routedPath() of %s is %s', (path, expected) => {
  expect(routedPath(new Request(`http://localhost${path}`))).toBe(expected)
})

describe('checkHostName()', () => {
  test.each([
    'localhost',
    'hub.test',
    'iot_hub',
    '10.0.0.1',
    'a',
    'a-b',
    `${'x'.repeat(63)}.test`,
    'a.'.repeat(126) + 'a',
  ])('accepts %s', (name) => {
    expect(checkHostName(name)).toBe(name)
  })

  test.each([
    '',
    '-a',
    'a-',
    'a..b',
    '.a',
    'a.',
    'a b',
    'a:1',
    'https://a',
    'a/b',
    'é',
    'x'.repeat(64),
    'a.'.repeat(126) + 'ab',
  ])('refuses %j', (name) => {
    const message = `The host name must be a name such as localhost or hub.test, without scheme, port, or path, not ${JSON.stringify(name)}`
    expect(() => checkHostName(name)).toThrow(new RangeError(message))
  })
})

describe('checkOrigins()', () => {
  test('accepts origins as browsers send them', () => {
    const origins = ['null', 'https://app.example', 'http://app.test:8080', 'capacitor://app.example', 'a1+.-://x']
    expect(checkOrigins(origins)).toBe(origins)
  })

  test.each([
    '*',
    'https://*.example',
    'https://app.example/',
    'https://app.example/path',
    'https://app.example?x',
    'https://app.example#x',
    'https://user@app.example',
    'https://app.example:443',
    'HTTPS://app.example',
    'https://App.example',
    'app.example',
    'https://',
    'https://a b',
    ' https://app.example',
    'https://[',
    '1http://app.example',
    'nulls',
    'x:///',
    ' capacitor://app.example',
    'capacitor://app.example/path',
    'file://localhost',
    'http://a:99999',
  ])('refuses %j', (origin) => {
    const message = `An origin must be as browsers send it, such as https://app.example:8443 or null, not ${JSON.stringify(origin)}`
    expect(() => checkOrigins(['null', origin])).toThrow(new RangeError(message))
  })
})

test('peerSocketOf() has empty addresses for a socket that is closed', () => {
  expect(peerSocketOf(new Socket())).toStrictEqual({ secure: false, localAddress: '', localPort: 0, remoteAddress: '' })
  const socket = { localAddress: 'a', localPort: 1, remoteAddress: 'b', encrypted: true } as unknown as Socket
  expect(peerSocketOf(socket)).toStrictEqual({ secure: true, localAddress: 'a', localPort: 1, remoteAddress: 'b' })
})

describe('parseHost()', () => {
  test.each([
    ['localhost', true, { hostname: 'localhost', port: undefined, origin: 'https://localhost' }],
    ['LOCALHOST:443', true, { hostname: 'localhost', port: 443, origin: 'https://localhost' }],
    ['localhost:443', false, { hostname: 'localhost', port: 443, origin: 'http://localhost:443' }],
    ['localhost:80', false, { hostname: 'localhost', port: 80, origin: 'http://localhost' }],
    ['[::1]:8080', false, { hostname: '[::1]', port: 8080, origin: 'http://[::1]:8080' }],
    ['[::1]', false, { hostname: '[::1]', port: undefined, origin: 'http://[::1]' }],
    ['[::12]', false, { hostname: '[::12]', port: undefined, origin: 'http://[::12]' }],
    ['localhost:', true, { hostname: 'localhost', port: undefined, origin: 'https://localhost' }],
  ])('reads %s', (host, secure, expected) => {
    expect(parseHost(host, secure)).toStrictEqual(expected)
  })

  test.each([undefined, '', 'a b', 'a/b', 'user@a', 'a?b', 'localhost:x', '[::1', 'a#b', '/a', 'a/'])(
    'refuses %j',
    (host) => {
      expect(parseHost(host, true)).toBeUndefined()
    },
  )
})

test.each([
  ['localhost', LOCAL, true],
  ['[::1]', LOCAL, true],
  ['127.0.0.2', LOCAL, true],
  ['hub.test', REMOTE, true],
  ['192.0.2.1', REMOTE, true],
  ['192.0.2.1', { ...REMOTE, localAddress: '::ffff:192.0.2.1' }, true],
  ['[2001:db8::1]', { ...REMOTE, localAddress: '2001:db8::1' }, true],
  ['evil.test', LOCAL, false],
  ['192.0.2.2', REMOTE, false],
  ['192.0.2.1', { ...REMOTE, localAddress: '1::ffff:192.0.2.1' }, false],
  ['[::1', LOCAL, false],
  ['::1]', LOCAL, false],
  ['x[::1]', LOCAL, false],
  ['[::1]x', LOCAL, false],
  ['loc[alhost]', LOCAL, false],
  ['[local]host', LOCAL, false],
  ['ab', { ...REMOTE, localAddress: 'a::ffff:b' }, false],
])('isOwnHost(%s) over %j is %s', (requested, socket, expected) => {
  expect(isOwnHost(requested, 'Hub.test', socket)).toBe(expected)
})

const FOREIGN = 'the host evil.test is not this hub, which is localhost or hub.test'

test('a local request must name this hub', () => {
  expect(foreignHostProblem('evil.test', 'hub.test')).toBe(FOREIGN)
  expect(foreignHostProblem('evil.test', 'localhost')).toBe('the host evil.test is not this hub, which is localhost')
  expect(NO_HOST_PROBLEM).toBe('the header Host is missing or is not a host')
  expect(hostProblem('hub.test:443', 'hub.test', LOCAL)).toBeUndefined()
  expect(hostProblem('evil.test', 'hub.test', LOCAL)).toBe(FOREIGN)
  expect(hostProblem(undefined, 'hub.test', LOCAL)).toBe(NO_HOST_PROBLEM)
})

test('a remote request may name any host', () => {
  expect([hostProblem('evil.test', 'hub.test', REMOTE), hostProblem(undefined, 'hub.test', REMOTE)]).toEqual([
    undefined,
    undefined,
  ])
})

describe('pageProblem()', () => {
  const problem = (host: string | undefined, origin?: string, allowed: string[] = [], socket = LOCAL): unknown =>
    pageProblem({ host, origin }, 'hub.test', socket, allowed)
  const foreignOrigin = (origin: string): string =>
    `the origin ${origin} is neither of this machine nor of hub.test; --origin allows others`

  test.each([
    ['evil.test', undefined, []],
    ['localhost', 'http://localhost:5173', []],
    ['hub.test', 'https://hub.test', []],
    ['localhost', 'https://app.example', ['https://app.example']],
    ['localhost', 'null', ['null']],
  ])('accepts the host %s with the origin %s and the allowed origins %j', (host, origin, allowed) => {
    expect(problem(host, origin, allowed)).toBeUndefined()
  })

  test.each([
    ['evil.test', 'http://localhost', [], FOREIGN],
    [undefined, 'http://localhost', [], NO_HOST_PROBLEM],
    ['evil.test', 'https://app.example', ['https://app.example'], FOREIGN],
    ['localhost', 'https://evil.test', [], foreignOrigin('https://evil.test')],
    ['localhost', 'null', [], foreignOrigin('null')],
    ['localhost', 'x'.repeat(101), [], foreignOrigin(`${'x'.repeat(100)}…`)],
  ])('refuses the host %s with the origin %s and the allowed origins %j', (host, origin, allowed, message) => {
    expect(problem(host, origin, allowed)).toBe(message)
  })

  test('checks the origin of a remote page, but not its host', () => {
    expect(problem('gateway.test', 'http://localhost', [], REMOTE)).toBeUndefined()
    expect(problem('gateway.test', 'https://evil.test', [], REMOTE)).toBe(foreignOrigin('https://evil.test'))
  })
})

test('shorten() keeps 100 characters', () => {
  expect([shorten('x'.repeat(100)), shorten('x'.repeat(101))]).toEqual(['x'.repeat(100), `${'x'.repeat(100)}…`])
})
