import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'vitest'
import { WebSocket } from 'ws'
import type { Hub } from '../../../emulator/src/index.ts'
import { AMQP_IS_MISSING } from '../../../emulator/src/gaps/reject-amqp.ts'
import { later } from '../../support/cleanup.ts'
import { connectSubscribed } from '../../support/device.ts'
import { start } from '../../support/hub.ts'
import { hubTest } from '../../support/hub-test.ts'
import { within } from '../../support/waits.ts'

const test = hubTest()

/**
 * Runs the real service client over its own transport. The client only knows port 443, so the
 * script redirects it. The script ends at the first failure.
 */
const SCRIPT = `
  import azure from 'azure-iothub'
  import { AmqpWs } from 'azure-iothub/dist/amqp_ws.js'
  class Transport extends AmqpWs {
    _getConnectionUri() {
      return process.env.HUB_ADDRESS
    }
  }
  const client = azure.Client.fromConnectionString(process.env.SERVICE, Transport)
  client.open().catch(({ name, amqpError }) => {
    console.log(JSON.stringify([name, amqpError.condition, amqpError.description]))
    process.exit()
  })
`

async function openAmqp(hub: Hub): Promise<{ socket: WebSocket; closed: Promise<unknown> }> {
  const socket = new WebSocket(hub.endpoints.ws, 'AMQPWSB10')
  later(() => socket.terminate())
  const closed = new Promise((resolve) => socket.once('close', resolve))
  await within('the upgrade', new Promise((resolve) => socket.once('open', resolve)))
  return { socket, closed: within('the end of the connection', closed) }
}

test('the service client of azure-iothub fails at its first attempt with the name of the gap', async () => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'hubtwin-test-'))
  later(() => rm(dataFolder, { recursive: true, force: true }))
  const hub = await start({ dataFolder })
  const env = {
    ...process.env,
    HUB_ADDRESS: hub.endpoints.wss,
    SERVICE: hub.connectionStrings.service().replace(/:\d+/, ''),
    NODE_EXTRA_CA_CERTS: hub.certificateAuthorityFile ?? '',
  }
  const command = promisify(execFile)(process.execPath, ['--input-type=module', '-e', SCRIPT], { env, timeout: 15_000 })
  expect(JSON.parse((await command).stdout)).toEqual(['NotImplementedError', 'amqp:not-implemented', AMQP_IS_MISSING])
})

test('an AMQP client that authenticates first gets the same reason', async ({ hub }) => {
  const { socket, closed } = await openAmqp(hub)
  let text = ''
  socket.on('message', (data: Buffer) => (text += data.toString('latin1')))
  const got = async (part: string): Promise<void> => {
    await expect.poll(() => text).toContain(part)
  }
  socket.send(Buffer.from('AMQP\u0003\u0001\0\0', 'latin1'))
  await got('ANONYMOUS')
  // sasl-init, in two pieces.
  socket.send(Buffer.from('0000001a02010000', 'hex'))
  socket.send(Buffer.from('005341c00d01a309414e4f4e594d4f5553'.padEnd(36, '0'), 'hex'))
  await got('SD')
  socket.send(Buffer.from('AMQP\0\u0001\0\0', 'latin1'))
  socket.send(Buffer.from('0000000d02000000005310c00100'.slice(0, 26), 'hex'))
  await got('amqp:not-implemented')
  await got(AMQP_IS_MISSING)
  socket.send(Buffer.from('0000000c0200000000531845', 'hex'))
  await closed
})

test.for<[what: string, bytes: Buffer]>([
  ['a frame of a wrong size', Buffer.from([0, 0, 0, 1, 2, 0, 0, 0])],
  ['a frame that is too large', Buffer.from([0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0])],
])(
  'an AMQP client that sends %s loses its socket, and devices do not notice',
  async ([_case, bytes], { hub, deviceId }) => {
    const { socket, closed } = await openAmqp(hub)
    socket.send(bytes)
    await closed
    const device = await connectSubscribed(hub, { deviceId })
    expect((await device.get()).topic).toContain('/res/200/')
  },
)

test('a silent AMQP client loses its socket', async ({ hub }) => {
  const { closed } = await openAmqp(hub)
  await closed
})
