import { describe, expect, test } from 'vitest'
import { parseConnectionString } from 'hubtwin'
import { connectionStrings } from '../../../emulator/src/hub/connection-strings.ts'
import type { Context } from '../../../emulator/src/hub/context.ts'
import { Refusal } from '../../../emulator/src/index.ts'
import { runCli, spawnCli } from '../../support/cli-process.ts'
import { start } from '../../support/hub.ts'

describe('the connection strings', () => {
  test('of a hub named localhost exist with and without TLS', async () => {
    const hub = await start()
    const { device, service } = hub.connectionStrings
    expect(device('device1')).toMatch(new RegExp(`^HostName=localhost:${hub.securePort};DeviceId=device1;[^;]*$`))
    expect(device('device1', { plain: true })).toMatch(
      new RegExp(`^HostName=localhost:${hub.plainPort};DeviceId=device1;[^;]*;UseDevelopmentEmulator=true$`),
    )
    expect(service({ plain: true })).toContain('UseDevelopmentEmulator=true')
  })

  test('of a hub with another name lead a device to this machine, and a back end to TLS', async () => {
    const hub = await start({ hostName: 'hub.test' })
    const { device, service } = hub.connectionStrings
    expect(parseConnectionString(device('device1'))).toMatchObject({ identity: { hostName: 'hub.test' } })
    expect(device('device1', { plain: true })).toContain(`HostName=hub.test;GatewayHostName=localhost:${hub.plainPort}`)
    expect(() => service({ plain: true })).toThrow(Refusal)
    expect(() => service({ plain: true })).toThrow(
      'A back end connects without TLS only to a hub named localhost, not hub.test',
    )
  })

  test('reject an unknown option by its name', async () => {
    const { device, service } = (await start()).connectionStrings
    const misspelled = { plan: true } as object
    expect(() => device('device1', misspelled)).toThrow(
      new TypeError("connectionStrings.device() has no option 'plan'; its options are plain, moduleId"),
    )
    expect(() => service(misspelled)).toThrow(
      new TypeError("connectionStrings.service() has no option 'plan'; its options are plain, policyName"),
    )
  })

  test('omit port 443, which is the default of all clients', () => {
    const record = { authentication: { type: 'sas', primaryKey: 'a2V5', secondaryKey: '' } }
    const context = { registry: { find: () => record } } as unknown as Context
    const strings = (hostName: string, securePort: number): string =>
      connectionStrings(context, hostName, { securePort, plainPort: 80, mqttPort: 8883 }, new Map()).device('d')
    expect(strings('hub.test', 443)).toBe('HostName=hub.test;DeviceId=d;SharedAccessKey=a2V5')
    expect(strings('hub.test', 4430)).toBe('HostName=hub.test:4430;DeviceId=d;SharedAccessKey=a2V5')
  })
})

describe('hubtwin-emulator --host-name', () => {
  test('prints connection strings for hubtwin, and the address that the name must resolve to', async () => {
    const { output } = await spawnCli(['--host-name', 'hub.test', '--device', 'a,b'])
    const strings = [...output().matchAll(/HostName=[^'\n]+/g)].map(([text]) => text)
    expect(strings).toHaveLength(3)
    for (const text of strings) expect(text).not.toContain('UseDevelopmentEmulator')
    for (const text of strings.filter((each) => each.includes('DeviceId'))) {
      expect(parseConnectionString(text).identity.hostName).toBe('hub.test')
    }
    expect(output()).toContain('Point hub.test to this machine')
  })

  test.each(['hub:10443', 'https://hub', 'a b', ''])('refuses %j in one line, as wrong usage', async (name) => {
    const run = runCli(['--host-name', name])
    expect(await run.exit).toBe(2)
    expect(run.output()).toMatch(/^option '--host-name <name>' argument .*The host name must be a name .*\n$/)
  })

  test.each(['*', 'https://app.example/'])('--origin refuses %j in one line, as wrong usage', async (origin) => {
    const run = runCli(['--origin', origin])
    expect(await run.exit).toBe(2)
    expect(run.output()).toMatch(/^option '--origin <origin>' argument .*An origin must be as browsers send it.*\n$/)
  })
})
