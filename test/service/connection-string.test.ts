import { describe, expect, it } from 'vitest'
import { parseConnectionString } from '../../service/src/hub/connection-string.ts'

const POLICY = 'SharedAccessKeyName=iothubowner;SharedAccessKey=bWFkZS11cA=='

describe('parseConnectionString() of the back end', () => {
  it('parseConnectionString() accepts the string that the portal shows', () => {
    expect(parseConnectionString(`HostName=contoso.azure-devices.net;${POLICY}`)).toEqual({
      hostName: 'contoso.azure-devices.net',
      sharedAccessKeyName: 'iothubowner',
      sharedAccessKey: 'bWFkZS11cA==',
      isLoopback: false,
      plain: false,
    })
  })

  it('parseConnectionString() separates the port of a local hub from its host', () => {
    const hub = parseConnectionString(`HostName=localhost:10443;${POLICY}`)
    expect(hub).toMatchObject({ hostName: 'localhost', port: 10_443, plain: false })
  })

  it.each(['localhost', '127.0.0.1', '[::1]'])('parseConnectionString() allows %s without TLS', (host) => {
    const hub = parseConnectionString(`HostName=${host}:10480;${POLICY};UseDevelopmentEmulator=true`)
    expect(hub).toMatchObject({ hostName: host, port: 10_480, plain: true })
  })

  it.each(['contoso.azure-devices.net', '10.0.0.4:10480', 'localhost.contoso.net:10480'])(
    'parseConnectionString() refuses %s without TLS',
    (host) => {
      expect(() => parseConnectionString(`HostName=${host};${POLICY};UseDevelopmentEmulator=true`)).toThrow(
        /UseDevelopmentEmulator=true with the host .+; it is only for localhost/,
      )
    },
  )

  it.each([
    ['', /has an unknown part 1 of 1|has no HostName/],
    [POLICY, /has no HostName/],
    ['HostName=localhost;SharedAccessKeyName=iothubowner', /has no SharedAccessKey/],
    [`HostName=localhost;HostName=localhost;${POLICY}`, /has HostName twice/],
    [`HostName=https://localhost;${POLICY}`, /has a URL as HostName/],
    [`HostName=localhost:0;${POLICY}`, /not a host or host:port/],
    [`HostName=localhost:65536;${POLICY}`, /not a host or host:port/],
    [`HostName=local host;${POLICY}`, /has white space in HostName/],
    [`HostName=localhost;${POLICY};UseDevelopmentEmulator=yes`, /is not true or false/],
    [
      `HostName=localhost;DeviceId=device1;SharedAccessKey=bWFkZS11cA==`,
      /^This is a device's connection string, not the hub's/,
    ],
  ])('parseConnectionString() names the problem in %j', (text, message) => {
    expect(() => parseConnectionString(text)).toThrow(SyntaxError)
    expect(() => parseConnectionString(text)).toThrow(message)
  })

  it('parseConnectionString() never repeats a key', () => {
    const secret = 'c2VjcmV0LXNlY3JldC1zZWNyZXQ='
    const texts = [
      secret,
      `HostName=localhost;SharedAccessKey=${secret}`,
      `HostName=localhost;sharedaccesskey=${secret};SharedAccessKeyName=a`,
      `HostName=localhost;SharedAccessKeyName=a;SharedAccessKey=${secret} ;`,
      `HostName=localhost;SharedAccessKeyName=a;SharedAccessKey= ${secret};UseDevelopmentEmulator=x`,
    ]
    for (const text of texts) {
      expect(() => parseConnectionString(text)).toThrow(
        expect.objectContaining({ message: expect.not.stringContaining(secret) as string }),
      )
    }
  })
})
