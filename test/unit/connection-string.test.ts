import { describe, expect, test } from 'vitest'
import { parseConnectionString } from '../../core/src/protocol/connection-string.ts'
import vectors from '../vectors/connection-strings.json' with { type: 'json' }

function refusal(text: string): unknown {
  try {
    parseConnectionString(text)
  } catch (error) {
    return error
  }
  return undefined
}

describe('parseConnectionString()', () => {
  test.each(vectors.accepted)('reads: $name', ({ text, parsed }) => {
    expect(parseConnectionString(text)).toStrictEqual(parsed)
  })

  test.each(vectors.refused)('refuses with a SyntaxError that names the part: $name', ({ text, fault }) => {
    const error = refusal(text)
    expect(error).toBeInstanceOf(SyntaxError)
    expect((error as Error).message).toContain(fault)
  })

  test('never repeats a key or a signature', () => {
    const secrets = /c2VjcmV0/
    const messages = vectors.refused.filter(({ text }) => secrets.test(text)).map(({ text }) => String(refusal(text)))
    expect(messages.length).toBeGreaterThan(20)
    for (const message of messages) expect(message).not.toMatch(secrets)
  })

  test.each([
    [undefined, 'undefined'],
    [null, 'null'],
    [7, 'a number'],
    [{ trim: () => '' }, 'an object'],
  ])('refuses %s with a TypeError', (given, type) => {
    expect(() => parseConnectionString(given as unknown as string)).toThrow(
      new TypeError(`Connection string is ${type}, not a string`),
    )
  })

  const signature = 'SharedAccessSignature=SharedAccessSignature sr=h&sig=x&se=1'
  test.each([
    [
      'HostName=h;Device=d',
      'has an unknown name "Device" in part 2 of 2; known are HostName, DeviceId, ModuleId, SharedAccessKeyName, ' +
        'SharedAccessKey, SharedAccessSignature, GatewayHostName, UseDevelopmentEmulator',
    ],
    [
      `HostName=h;DeviceId=d;SharedAccessKeyName=p;${signature}`,
      'has both a SharedAccessKeyName and a SharedAccessSignature, which names its own',
    ],
    [
      '=h;DeviceId=d',
      'has an unknown name in part 1 of 2; known are HostName, DeviceId, ModuleId, SharedAccessKeyName, ' +
        'SharedAccessKey, SharedAccessSignature, GatewayHostName, UseDevelopmentEmulator',
    ],
  ])('says how to correct %s', (text, problem) => {
    expect(() => parseConnectionString(text)).toThrow(new SyntaxError(`Connection string ${problem}`))
  })

  test.each([
    ['HostName=h', undefined],
    ['HostName=h;GatewayHostName=h', undefined],
    ['HostName=h;UseDevelopmentEmulator=false', undefined],
    ['HostName=h:1', 'wss://h:1'],
    ['HostName=h;GatewayHostName=g', 'wss://g'],
    ['HostName=localhost;UseDevelopmentEmulator=true', 'ws://localhost'],
    ['HostName=localhost:1;UseDevelopmentEmulator=false', 'wss://localhost:1'],
  ])('connects for %s to %s', (text, url) => {
    const { endpoint } = parseConnectionString(`${text};DeviceId=d;SharedAccessKey=bWFkZQ==`)
    expect(endpoint?.replace('/$iothub/websocket?iothub-no-client-cert=true', '')).toBe(url)
  })
})
