import { globalAgent } from 'node:https'
import { Client } from 'azure-iothub'
import { AmqpWs } from 'azure-iothub/dist/amqp_ws.js'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { Hub } from '../../emulator/src/index.ts'
import { amqpIsMissing } from '../../emulator/src/rules/amqp-is-missing.ts'
import { connectSubscribed, later, start, within } from './support.ts'

/** The real transport of the service client, which knows port 443 alone. It uses Node's global agent, which can be told of a CA. */
function transportTo(hub: Hub): typeof AmqpWs {
  const { options } = globalAgent
  globalAgent.options = { ...options, ca: hub.certificateAuthority }
  later(() => (globalAgent.options = options))
  return class extends AmqpWs {
    override _getConnectionUri(): string {
      return hub.endpoints.wss
    }
  }
}

async function openAmqp(hub: Hub): Promise<{ socket: WebSocket; closed: Promise<unknown> }> {
  const socket = new WebSocket(hub.endpoints.ws, 'AMQPWSB10')
  later(() => socket.terminate())
  const closed = new Promise((resolve) => socket.once('close', resolve))
  await within('the upgrade', new Promise((resolve) => socket.once('open', resolve)))
  return { socket, closed: within('the end of the connection', closed) }
}

test('the service client of azure-iothub fails at its first try, with the name of the gap', async () => {
  const hub = await start()
  const client = Client.fromConnectionString(hub.connectionStrings.service().replace(/:\d+/, ''), transportTo(hub))
  const outcome = client.open().then(
    () => 'opened',
    (error: unknown) => error,
  )
  expect(await within('the failure', outcome)).toMatchObject({
    name: 'NotImplementedError',
    amqpError: { condition: 'amqp:not-implemented', description: amqpIsMissing },
  })
})

test.each([
  ['a frame of a wrong size', Buffer.from([0, 0, 0, 1, 2, 0, 0, 0])],
  ['a frame that is too large', Buffer.from([0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0])],
])('an AMQP client that sends %s loses its socket, and devices do not notice', async (_case, bytes) => {
  const hub = await start()
  const { socket, closed } = await openAmqp(hub)
  socket.send(bytes)
  await closed
  const device = await connectSubscribed(hub)
  expect((await device.get()).topic).toContain('/res/200/')
})

test('an AMQP client that says nothing loses its socket', async () => {
  const { closed } = await openAmqp(await start())
  await closed
})
