import fc from 'fast-check'
import { type Packet, generate } from 'mqtt-packet'
import { mutated } from './mutations.ts'

const BASE = { dup: false, retain: false } as const

const text = fc.oneof(
  fc.constantFrom('', 'attacker', 'bystander', '__proto__', 'a/b/c', '$iothub/twin/res/#', '$SYS/#', '#', '+/+', '💡'),
  fc.string({ maxLength: 12 }),
)
const topic = fc.oneof(
  text,
  fc.constantFrom('$iothub/twin/GET/?$rid=1', '$iothub/twin/PATCH/properties/reported/?$rid=1'),
  fc.constantFrom('devices/attacker/messages/events/a=b', '$iothub/methods/res/200/?$rid=1'),
)
const filter = fc.oneof(
  text,
  fc.constantFrom('$iothub/twin/res/#', '$iothub/twin/PATCH/properties/desired/#', '$iothub/methods/POST/#'),
  fc.constant('devices/attacker/messages/devicebound/#'),
)
const payload = fc.oneof(fc.constantFrom('', '{"a":1}', '{'), fc.string())
const messageId = fc.integer({ min: 1, max: 65_535 })

/** Any packet of MQTT 3.1.1, in either direction, and the CONNECT of MQTT 5. */
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
    .map((each) => ({ ...BASE, ...each, topic: each.topic || 'x', cmd: 'publish' as const })),
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
const stream: fc.Arbitrary<Buffer> = fc
  .array(packet, { maxLength: 6 })
  .map((packets) => Buffer.concat(packets.map((each) => generate(each))))
/** A sequence of packets, usually mutated, or bytes that form no packet. */
export const bytes: fc.Arbitrary<Buffer> = fc.oneof(
  { weight: 4, arbitrary: mutated(stream, 5) },
  fc.uint8Array({ maxLength: 60 }).map((each) => Buffer.from(each)),
)
