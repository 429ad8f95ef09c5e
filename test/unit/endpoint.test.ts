import { describe, expect, test } from 'vitest'
import { completeEndpoint, parseAuthority, webSocketEndpoint } from '../../core/src/protocol/endpoint.ts'

const PATH = '/$iothub/websocket?iothub-no-client-cert=true'

describe('webSocketEndpoint()', () => {
  test('is a URL with the path of the hub', () => {
    expect(webSocketEndpoint('a.example')).toBe(`wss://a.example${PATH}`)
    expect(webSocketEndpoint('localhost:1', 'ws')).toBe(`ws://localhost:1${PATH}`)
  })
})

describe('parseAuthority()', () => {
  test.each([
    ['a.example', { host: 'a.example' }],
    ['a.example:1', { host: 'a.example', port: 1 }],
    ['a.example:65535', { host: 'a.example', port: 65_535 }],
    ['[::1]:8443', { host: '[::1]', port: 8443 }],
    ['[::1]', { host: '[::1]' }],
  ])('reads %s', (text, authority) => {
    expect(parseAuthority(text)).toStrictEqual(authority)
  })

  test.each([
    '',
    ':1',
    'a:',
    'a:0',
    'a:65536',
    'a:123456',
    'a:b',
    'a:1x',
    'x[::1]',
    '[::1]x',
    'a:1:2',
    'user@a',
    'a b',
  ])('rejects %j', (text) => {
    expect(parseAuthority(text)).toBeUndefined()
  })
})

describe('completeEndpoint()', () => {
  test.each([
    ['wss://a.example', `wss://a.example${PATH}`],
    ['wss://a.example/', `wss://a.example${PATH}`],
    ['wss://a.example:8443', `wss://a.example:8443${PATH}`],
    ['wss://a.example/mqtt', 'wss://a.example/mqtt'],
    ['wss://a.example/?x=1', 'wss://a.example/?x=1'],
    ['wss://a.example?x', 'wss://a.example?x'],
    ['ws://localhost:1', `ws://localhost:1${PATH}`],
    ['ws://127.0.0.1/mqtt', 'ws://127.0.0.1/mqtt'],
  ])('of %s is %s', (text, url) => {
    expect(completeEndpoint(text)).toBe(url)
  })

  test.each([
    '',
    'a.example',
    'https://a.example',
    ' wss://a.example',
    'xwss://a.example',
    'wss://',
    'wss://user@a.example',
    'wss://a.example:0',
    'wss://a.example/#x',
    'wss://a.example/mqtt#x',
  ])('rejects %j', (text) => {
    expect(() => completeEndpoint(text)).toThrow(
      new SyntaxError(
        'endpoint is not a WebSocket URL such as "wss://gateway.example:8443" (no user name, no fragment)',
      ),
    )
  })

  test('rejects ws: to another machine', () => {
    expect(() => completeEndpoint('ws://a.example:1')).toThrow(
      new SyntaxError('endpoint is ws:// to the host a.example; it is only for localhost, 127.0.0.1 and [::1]'),
    )
  })
})
