import fc from 'fast-check'
import type { Packet } from 'mqtt-packet'
import { generate } from 'mqtt-packet'
import { test } from 'vitest'
import { connectPacket } from '../raw-socket.ts'
import { later, within } from '../support.ts'
import { openSocket } from './fuzz-socket.ts'
import { mutated } from './mutations.ts'
import { runs, timeoutInMs } from './runs.ts'
import { watchedHub } from './watched-hub.ts'

const deviceId = 'attacker'
const base = { dup: false, retain: false } as const

const text = fc.oneof(
  fc.constantFrom('', 'attacker', 'bystander', '__proto__', 'a/b/c', '$iothub/twin/res/#', '$SYS/#', '#', '+/+', '💡'),
  fc.string({ maxLength: 12 }),
)
const topic = fc.oneof(
  text,
  fc.constantFrom('$iothub/twin/GET/?$rid=1', '$iothub/twin/PATCH/properties/reported/?$rid=1'),
  fc.constantFrom(`devices/${deviceId}/messages/events/a=b`, '$iothub/methods/res/200/?$rid=1'),
)
const filter = fc.oneof(
  text,
  fc.constantFrom('$iothub/twin/res/#', '$iothub/twin/PATCH/properties/desired/#', '$iothub/methods/POST/#'),
  fc.constant(`devices/${deviceId}/messages/devicebound/#`),
)
const payload = fc.oneof(fc.constantFrom('', '{"a":1}', '{'), fc.string())
const messageId = fc.integer({ min: 1, max: 65_535 })

/** Any packet of MQTT 3.1.1, of whichever direction, and the CONNECT of MQTT 5. */
const packet: fc.Arbitrary<Packet> = fc.oneof(
  fc.record({
    cmd: fc.constant('connect' as const),
    protocolId: fc.constant('MQTT' as const),
    protocolVersion: fc.constantFrom(4 as const, 5 as const),
    clean: fc.boolean(),
    clientId: fc.string({ minLength: 1, maxLength: 9 }),
    keepalive: fc.constantFrom(0, 1, 65_535),
    username: text,
    password: text.map((each) => Buffer.from(each)),
  }),
  fc
    .record({
      topic,
      payload,
      qos: fc.constantFrom(0 as const, 1 as const, 2 as const),
      messageId,
      retain: fc.boolean(),
    })
    .map((each) => ({ ...base, ...each, topic: each.topic || 'x', cmd: 'publish' as const })),
  fc
    .tuple(
      messageId,
      fc.array(fc.tuple(filter, fc.constantFrom(0 as const, 1 as const, 2 as const)), { minLength: 1, maxLength: 9 }),
    )
    .map(([id, filters]) => ({
      cmd: 'subscribe' as const,
      messageId: id,
      subscriptions: filters.map(([name, qos]) => ({ topic: name, qos })),
    })),
  fc
    .tuple(messageId, fc.array(filter, { minLength: 1, maxLength: 9 }))
    .map(([id, unsubscriptions]) => ({ cmd: 'unsubscribe' as const, messageId: id, unsubscriptions })),
  fc
    .tuple(fc.constantFrom('puback' as const, 'pubrec' as const, 'pubrel' as const, 'pubcomp' as const), messageId)
    .map(([cmd, id]) => ({ cmd, messageId: id })),
  fc.constantFrom<Packet>({ cmd: 'pingreq' }, { cmd: 'pingresp' }, { cmd: 'disconnect' }),
  fc.constantFrom<Packet>(
    { cmd: 'connack', returnCode: 0, sessionPresent: false },
    { cmd: 'suback', messageId: 1, granted: [0] },
    { cmd: 'unsuback', messageId: 1, granted: [] },
  ),
)
const stream = fc.array(packet, { maxLength: 6 }).map((packets) => Buffer.concat(packets.map((each) => generate(each))))
const bytes = fc.oneof(
  { weight: 4, arbitrary: mutated(stream, 5) },
  fc.uint8Array({ maxLength: 60 }).map((each) => Buffer.from(each)),
)

/** Someone with a connection of a device, or without; what it sends, in how many pieces, and whether it stays then. */
const attack = fc.record({
  bytes,
  isConnected: fc.boolean(),
  pieces: fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 5 }),
  stays: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, fc.constant(true)),
})
type Attack = typeof attack extends fc.Arbitrary<infer Case> ? Case : never

function cut(whole: Buffer, lengths: readonly number[]): Buffer[] {
  let start = 0
  return [...lengths, whole.length].map((length) => whole.subarray(start, (start += length)))
}

test(
  'whatever bytes come, their connection is closed or served, and no other notices',
  async () => {
    const devices = Array.from({ length: 10 }, (_, at) => `${deviceId}-${at}`)
    const watched = await watchedHub({ devices, slowClientTimeoutInMs: 300 })
    const { hub } = watched
    const open = new Set<() => void>()
    later(() => {
      for (const end of open) end()
    })

    async function carryOut({ bytes: all, isConnected, pieces, stays }: Attack, at: number): Promise<void> {
      const socket = await openSocket(hub)
      open.add(socket.end)
      // Behind a CONNECT that holds, with the shortest keep-alive, so that silence ends it.
      const first = isConnected ? shortLived(connectPacket(hub, { deviceId: `${deviceId}-${at}` })) : Buffer.alloc(0)
      for (const piece of cut(Buffer.concat([first, all]), pieces)) socket.send(piece)
      if (!stays || mayStay(all)) socket.end()
      await within('the end of the connection', socket.closed)
      open.delete(socket.end)
    }

    let rounds = 0
    await fc.assert(
      fc.asyncProperty(fc.array(attack, { maxLength: devices.length }), async (attacks) => {
        await Promise.all(attacks.map(carryOut))
        rounds += 1
        if (rounds % 20 === 0) await watched.expectSound()
        if (rounds % 100 === 0) watched.expectNoGrowth()
      }),
      runs(60),
    )
    await watched.expectSound()
  },
  timeoutInMs,
)

/** A keep-alive of a second: its two bytes come after the name of the protocol, its level and the flags. */
function shortLived(connect: Buffer): Buffer {
  const at = connect.indexOf('MQTT') + 6
  connect.writeUInt16BE(1, at)
  return connect
}

/** A CONNECT of its own may have asked for no keep-alive, though nothing shows that it was accepted. */
function mayStay(all: Buffer): boolean {
  return all.includes('MQTT')
}
