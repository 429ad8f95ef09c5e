import { expect, test } from 'vitest'
import { introduction } from '../../../emulator/src/cli/introduction.ts'
import { start } from '../../support/hub.ts'

test('introduction() names a device without a key instead of its connection string', async () => {
  const hub = await start()
  await hub.createDevice('certified', { authentication: { type: 'certificateAuthority' } })
  const sentence = 'The device certified has no symmetric key for a connection string'
  expect(introduction(hub, 'ca.pem', ['certified'], 'posix')).toContain(`\n  # ${sentence}`)
  const both = introduction(hub, 'ca.pem', ['device1', 'certified'], 'posix')
  expect(both).toContain(`\n  certified: ${sentence}`)
  expect(both).toContain("export IOTHUB_DEVICE_CONNECTION_STRING='HostName=localhost:")
})
