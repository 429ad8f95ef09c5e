import { newDevice, nextDevice } from 'hubtwin-device-models'
import { DEVELOPMENT_SERVICE_CONNECTION_STRING } from 'hubtwin-emulator'
import { describe, expect, test } from 'vitest'
import { credentialsFor, localFleetHub, parseFleetHub } from '../../../web-demo/src/fleet/fleet-hub.ts'
import { totalsOf } from '../../../web-demo/src/fleet/totals.ts'
import { createRate } from '../../../web-demo/src/shared/rate.ts'

const POLICY = 'HostName=contoso.azure-devices.net;SharedAccessKeyName=device;SharedAccessKey=bWFkZS11cA=='

describe('parseFleetHub()', () => {
  test('reads the connection string of a policy', () => {
    const hub = {
      hostName: 'contoso.azure-devices.net',
      host: 'contoso.azure-devices.net',
      isLocal: false,
      policy: { name: 'device', key: 'bWFkZS11cA==' },
      endpoint: undefined,
    }
    expect(parseFleetHub(POLICY)).toEqual(hub)
    expect(parseFleetHub(`  ${POLICY};\n`)).toEqual(hub)
  })

  test("uses the emulator's own connection string for the local hub", () => {
    expect(localFleetHub).toEqual({ ...parseFleetHub(DEVELOPMENT_SERVICE_CONNECTION_STRING), isLocal: true })
    expect(localFleetHub.host).toBe('localhost:10480')
  })

  test.each([
    ['', 'Connection string is empty; expected HostName=…;SharedAccessKeyName=…;SharedAccessKey=…'],
    ['   ', 'Connection string is empty; expected HostName=…;SharedAccessKeyName=…;SharedAccessKey=…'],
    ['HostName=localhost', 'Connection string has no SharedAccessKeyName'],
    ['HostName=localhost;SharedAccessKeyName=device', 'Connection string has no SharedAccessKey'],
    ['HostName=localhost;SharedAccessKey=bWFkZS11cA==', 'Connection string has no SharedAccessKeyName'],
    ['SharedAccessKeyName=device;SharedAccessKey=bWFkZS11cA==', 'Connection string has no HostName'],
    [
      `${POLICY};DeviceId=device1`,
      'This connection string belongs to a device; a fleet needs the connection string of a shared access policy',
    ],
  ])('names the missing part: %j', (text, problem) => {
    expect(() => parseFleetHub(text)).toThrow(new SyntaxError(problem))
  })

  test('never repeats a key', () => {
    for (const text of ['bWFkZS11cA==', `${POLICY}x y`, POLICY.replace('SharedAccessKey=', 'Sharedaccesskey=')]) {
      expect(() => parseFleetHub(text)).toThrow(/^(?!.*bWFk)/)
    }
  })

  test('makes a token of the policy for a single device', async () => {
    const { password } = await credentialsFor(parseFleetHub(POLICY), 'fleet-7').token()
    expect(password).toContain('sr=contoso.azure-devices.net%2Fdevices%2Ffleet-7&')
    expect(password).toMatch(/&skn=device(&|$)/)
  })
})

describe('totalsOf()', () => {
  test('counts the connected devices, the waiting devices, and the firmware states', () => {
    const idle = newDevice(0, { climate: { temperature: 20 } })
    const desired = { climate: { target: 20 }, firmware: { version: '2' } }
    const event = { type: 'desired', desired, version: 2, patch: desired, isFirst: true } as const
    const downloading = nextDevice(newDevice(0, { climate: { temperature: 22 } }), event, 0)
    expect(
      totalsOf(
        5,
        [
          { status: { type: 'ready' }, device: idle },
          { status: { type: 'waiting' }, device: downloading },
          { status: { type: 'connecting' }, device: undefined },
        ],
        0,
      ),
    ).toEqual({
      count: 5,
      connected: 1,
      waiting: 1,
      meanTemperature: 21,
      firmware: { idle: 1, downloading: 1, applying: 0, done: 0, failed: 0 },
    })
    expect(totalsOf(0, [], 0).meanTemperature).toBeUndefined()
  })
})

describe('createRate()', () => {
  test('averages over the last ten seconds, or over fewer for a new fleet', () => {
    const rate = createRate()
    expect(rate.perSecond(0)).toBe(0)
    for (let at = 0; at < 30_000; at += 100) rate.count(at)
    expect(rate.perSecond(29_999)).toBe(10)
    expect(rate.perSecond(34_999)).toBe(5)
    expect(rate.perSecond(60_000)).toBe(0)
    const young = createRate()
    for (const at of [0, 500, 1500, 1900]) young.count(at)
    expect(young.perSecond(1999)).toBe(2)
  })

  test('drops counts from the future when the clock is set back', () => {
    const rate = createRate()
    rate.count(90_000)
    expect(rate.perSecond(10_000)).toBe(0)
  })
})
