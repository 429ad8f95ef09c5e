import { connect as connectTcp } from 'node:net'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Hub } from '../../../emulator/src/index.ts'
import { connectSubscribed } from '../../support/device.ts'
import { rest } from '../../support/rest.ts'
import { keyOf, token } from '../../support/sas-token.ts'
import { within } from '../../support/waits.ts'
import { mutated } from '../../support/fuzz/mutations.ts'
import { headers, target } from '../../support/fuzz/requests.ts'
import { runs, timeoutInMs } from '../../support/fuzz/runs.ts'
import { watchedHub } from '../../support/fuzz/watched-hub.ts'

/**
 * Sends raw bytes.
 *
 * @returns the bytes until the hub closed the connection, or undefined without a response
 */
function exchange(hub: Hub, bytes: Buffer): Promise<string> {
  const socket = connectTcp(hub.plainPort, '127.0.0.1')
  let answer = ''
  socket.on('data', (data: Buffer) => (answer += data.toString('latin1')))
  socket.on('error', () => undefined)
  socket.write(bytes)
  return within(
    'the answer to a request',
    new Promise<string>((resolve) => socket.once('close', () => resolve(answer))),
  ).finally(() => socket.destroy())
}

function request(authorization: string, head: string[], content: Buffer): Buffer {
  const lines = [...head, 'Host: localhost', 'Connection: close', `Authorization: ${authorization}`]
  const length = `Content-Length: ${content.length}\r\n\r\n`
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n${length}`, 'latin1'), content])
}

/**
 * The statuses of HTTP and of the hub's rules, and 501 for a missing feature. 500 is not allowed,
 * because no store fails here.
 */
const ALLOWED = /^HTTP\/1\.1 (?:100 Continue\r\n\r\nHTTP\/1\.1 )?(?:2\d\d|4\d\d|501|502|504) /

test(
  'the hub answers any REST request, never with 500, and no other client notices',
  async () => {
    const watched = await watchedHub({ devices: ['fuzz-1', 'fuzz-2'], slowClientTimeoutInMs: 2000 })
    const { hub } = watched
    await echo(hub)
    const owner = token('localhost', keyOf(hub.connectionStrings.service()), { policyName: 'iothubowner' })
    let cases = 0
    await fc.assert(
      fc.asyncProperty(target, headers, async ({ method, path, body }, others) => {
        const head = [`${method} ${encodeURI(path).replaceAll('%25', '%')} HTTP/1.1`, ...others]
        const answer = await exchange(hub, request(owner, head, body))
        // The hub may hang up on a CONNECT request or an `Expect` header.
        if (answer !== '' || method !== 'CONNECT') expect(answer.slice(0, 100)).toMatch(ALLOWED)
        cases += 1
        if (cases % 100 === 0) await watched.expectSound()
        if (cases % 1000 === 0) watched.expectNoGrowth()
      }),
      runs(600),
    )
    await watched.expectSound()
  },
  timeoutInMs,
)

test(
  'the HTTP port answers any bytes as HTTP, or closes the connection',
  async () => {
    const watched = await watchedHub({ slowClientTimeoutInMs: 500 })
    const { hub } = watched
    const owner = token('localhost', keyOf(hub.connectionStrings.service()), { policyName: 'iothubowner' })
    const upgrade = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13']
    const good = fc.oneof(
      fc.constant(request(owner, ['GET /twins/device1?api-version=2021-04-12 HTTP/1.1'], Buffer.alloc(0))),
      fc.constant(
        request(owner, ['PATCH /twins/device1?api-version=2021-04-12 HTTP/1.1'], Buffer.from('{"tags":{"a":1}}')),
      ),
      fc.constant(
        request(
          'none',
          ['GET /$iothub/websocket HTTP/1.1', ...upgrade, 'Sec-WebSocket-Protocol: mqtt'],
          Buffer.alloc(0),
        ),
      ),
      fc
        .uint8Array({ maxLength: 40 })
        .map((frames) =>
          Buffer.concat([
            Buffer.from(
              `GET /$iothub/websocket HTTP/1.1\r\nHost: localhost\r\n${upgrade.join('\r\n')}\r\n` +
                'Sec-WebSocket-Protocol: mqtt\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
            ),
            frames,
          ]),
        ),
    )
    let rounds = 0
    await fc.assert(
      fc.asyncProperty(fc.array(mutated(good, 4), { maxLength: 12 }), async (texts) => {
        const answers = await Promise.all(texts.map((bytes) => exchange(hub, bytes)))
        for (const answer of answers) expect(answer.slice(0, 30)).toMatch(/^(?:$|HTTP\/1\.1 [1245]\d\d )/)
        for (const answer of answers) expect(answer).not.toMatch(/^HTTP\/1\.1 500 /)
        rounds += 1
        if (rounds % 20 === 0) await watched.expectSound()
        if (rounds % 100 === 0) watched.expectNoGrowth()
      }),
      runs(15),
    )
    await watched.expectSound()
    expect((await rest(hub, 'GET', '/twins/device1')).status).toBe(200)
  },
  timeoutInMs,
)

/** Connects a device that answers every method, so that no call waits for its timeout. */
async function echo(hub: Hub): Promise<void> {
  const { client } = await connectSubscribed(hub, { deviceId: 'fuzz-1' })
  await client.subscribeAsync('$iothub/methods/POST/#')
  client.on('message', (topic, payload) => {
    const [, rid] = topic.split('/?$rid=')
    if (topic.startsWith('$iothub/methods/')) client.publish(`$iothub/methods/res/200/?$rid=${rid ?? ''}`, payload)
  })
}
