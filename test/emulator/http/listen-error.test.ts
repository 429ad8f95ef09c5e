import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { startHub } from '../../../emulator/src/index.ts'
import { later } from '../../support/cleanup.ts'

test.each(['securePort', 'plainPort', 'mqttPort'])('startHub() says that the port of %s is taken', async (option) => {
  const server = createServer().listen(0, '127.0.0.1')
  later(() => server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await expect(startHub({ [option]: port })).rejects.toMatchObject({
    message: `Port ${port} is taken. Choose another port with ${option}; 0 means any free port.`,
    code: 'EADDRINUSE',
    port,
  })
})

test('startHub() says that this machine does not have the address', async () => {
  // TEST-NET-3, an address for documentation (RFC 5737 §3).
  await expect(startHub({ address: '203.0.113.7' })).rejects.toMatchObject({
    message:
      'address is 203.0.113.7, which this machine does not have; expected an address such as 127.0.0.1 or 0.0.0.0',
    code: 'EADDRNOTAVAIL',
  })
})
