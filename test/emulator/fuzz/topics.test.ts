import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Hub } from '../../../emulator/src/index.ts'
import { publishPacket, subscribePacket } from '../../support/raw-socket.ts'
import { within } from '../../support/waits.ts'
import { mutated } from '../../support/fuzz/mutations.ts'
import { openSocket, type FuzzSocket } from '../../support/fuzz/fuzz-socket.ts'
import { runs, timeoutInMs } from '../../support/fuzz/runs.ts'
import { watchedHub } from '../../support/fuzz/watched-hub.ts'

const DEVICE_ID = 'attacker'

const rid = fc.oneof(
  fc.constantFrom('1', '', '__proto__', 'a b', '%41', 'x'.repeat(65_000)),
  fc.string({ maxLength: 9 }),
)
const version = fc.constantFrom(
  '',
  '&$version=1',
  '&$version=-1',
  '&$version=',
  '&$version=99999999999999999',
  '&__proto__=1',
)
const bag = fc
  .array(
    fc.constantFrom(
      'a=b',
      '%24.mid=1',
      '$.exp=never',
      '%',
      '__proto__=1',
      'x',
      '=',
      '%24.ct=%00',
      'a=%F0%9F%92%A1',
      '&',
    ),
    { maxLength: 5 },
  )
  .map((pairs) => pairs.join('&'))

/** Topics as devices write them. */
const goodTopic = fc.oneof(
  rid.map((id) => `$iothub/twin/GET/?$rid=${id}`),
  fc.tuple(rid, version).map(([id, at]) => `$iothub/twin/PATCH/properties/reported/?$rid=${id}${at}`),
  bag.map((properties) => `devices/${DEVICE_ID}/messages/events/${properties}`),
  bag.map((properties) => `devices/bystander/messages/events/${properties}`),
  fc.tuple(fc.integer(), rid).map(([status, id]) => `$iothub/methods/res/${status}/?$rid=${id}`),
  fc.constantFrom('$iothub/twin/res/200/?$rid=1', '$iothub/twin/PATCH/properties/desired/?$version=1', '$SYS/x', 'a/b'),
)
const topic = mutated(
  goodTopic.map((text) => Buffer.from(text)),
  3,
)
const payload = fc.oneof(
  fc.constantFrom('', '{}', 'null', '[]', '{"a":null}', '{"__proto__":{"a":1}}', '{"$version":1}', '{"a":1e400}', '\0'),
  fc.constantFrom('{"a":', `${'['.repeat(9000)}${']'.repeat(9000)}`, `"${'x'.repeat(40_000)}"`, '{"a":"\\ud800"}'),
  fc.jsonValue().map((value) => JSON.stringify({ value })),
  fc.string({ maxLength: 20 }),
)
const messages = fc.array(fc.record({ topic, payload, qos: fc.constantFrom(0, 1, 2, 3) }), {
  minLength: 1,
  maxLength: 8,
})

/** Encodes a PUBLISH with any topic bytes and any QoS bits. */
function publish({ topic: name, payload: body, qos }: { topic: Buffer; payload: string; qos: number }): Buffer {
  const topicBytes = name.subarray(0, 65_535)
  const rest = Buffer.concat([topicBytes, qos === 0 ? Buffer.alloc(0) : Buffer.of(0, 7), Buffer.from(body)])
  const whole = publishPacket('x', 'y'.repeat(Math.max(0, rest.length - 1)))
  const start = whole.length - rest.length - 2
  whole[0] = 0x30 | (qos << 1)
  whole.writeUInt16BE(topicBytes.length, start)
  rest.copy(whole, start + 2)
  return whole
}

test(
  'the hub serves a device after any publish, or closes its connection, and no other client notices',
  async () => {
    const watched = await watchedHub({ devices: [DEVICE_ID] })
    const { hub } = watched
    let device: FuzzSocket | undefined
    let probes = 0
    await fc.assert(
      fc.asyncProperty(messages, async (sent) => {
        device ??= await connected(hub)
        probes += 1
        for (const message of sent) device.send(publish(message))
        device.send(publishPacket(`$iothub/twin/GET/?$rid=probe-${probes}`))
        const outcome = await within(
          'an answer or the end of the connection',
          Promise.race([
            device.got(Buffer.from(`$iothub/twin/res/200/?$rid=probe-${probes}{`)).then(() => 'answered' as const),
            device.closed.then(() => 'closed' as const),
          ]),
        )
        if (outcome === 'closed') device = undefined
        else device.forget()
        if (probes % 50 === 0) await watched.expectSound()
        if (probes % 500 === 0) watched.expectNoGrowth()
      }),
      runs(400),
    )
    device?.end()
    await watched.expectSound()
    expect(probes).toBeGreaterThan(0)
  },
  timeoutInMs,
)

async function connected(hub: Hub): Promise<FuzzSocket> {
  const device = await openSocket(hub, { deviceId: DEVICE_ID })
  device.send(subscribePacket('$iothub/twin/res/#'))
  await within('SUBACK', device.got(Buffer.of(0x90, 3, 0, 1, 0)))
  device.forget()
  return device
}
