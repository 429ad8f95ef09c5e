import { assert } from 'chai'
import { telemetry } from 'hubtwin/telemetry'
import { sentence, type Sentence } from './sentence.ts'
import { reasonOf, until, within } from './waits.ts'

export const deviceTelemetry: readonly Sentence[] = [
  sentence('telemetry.send() delivers JSON with every property, and resolves when the hub has it', async (scene) => {
    const device = scene.openDevice({ telemetry: telemetry() })
    const at = new Date('2026-11-28T20:00:00.000Z')
    const properties = { alert: 'false', 'ä/+#&=%': 'a b✓', empty: '' }
    const system = { messageId: 'm-1', correlationId: 'c', userId: 'u', creationTime: at, component: 'thermostat1' }
    await within(device.telemetry.send({ temperature: 21.5 }, { properties, ...system }), 'PUBACK')
    const [message] = await scene.device.telemetry()
    assert.equal(message?.text, '{"temperature":21.5}')
    assert.deepEqual(message?.properties, properties)
    assert.include(message?.systemProperties, {
      'message-id': 'm-1',
      'correlation-id': 'c',
      'user-id': 'u',
      'content-type': 'application/json',
      'content-encoding': 'utf-8',
      'iothub-creation-time-utc': '2026-11-28T20:00:00.000Z',
      'dt-subject': 'thermostat1',
    })
  }),

  sentence('telemetry.send() delivers text and bytes unchanged', async (scene) => {
    const device = scene.openDevice({ telemetry: telemetry() })
    const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte)
    await within(
      Promise.all([device.telemetry.send('a "ü"'), device.telemetry.send(bytes), device.telemetry.send('')]),
      'PUBACK',
    )
    const [text, binary, empty] = await scene.device.telemetry()
    assert.equal(text?.text, 'a "ü"')
    assert.notProperty(text?.systemProperties, 'content-type')
    assert.deepEqual(binary?.body, [...bytes])
    assert.deepEqual(empty?.body, [])
  }),

  sentence('telemetry.send() keeps the order of many messages, each with its own ID', async (scene) => {
    const device = scene.openDevice({ telemetry: telemetry() })
    const numbers = Array.from({ length: 600 }, (_, n) => n)
    await within(Promise.all(numbers.map((n) => device.telemetry.send(n))), 'PUBACK')
    const messages = await scene.device.telemetry()
    assert.deepEqual(
      messages.map(({ text }) => Number(text)),
      numbers,
    )
    assert.equal(new Set(messages.map(({ systemProperties }) => systemProperties['message-id'])).size, 600)
    assert.deepEqual(device.telemetry.queued, { messages: 0, bytes: 0 })
  }),

  sentence('telemetry.send() waits for a hub that cannot be reached', async (scene) => {
    const gate = await scene.hub.createGate()
    const device = scene.openDevice({ telemetry: telemetry() }, { endpoint: gate.endpoint })
    const sent = [1, 2, 3].map((n) => device.telemetry.send(n))
    await until('the device waits', async () => device.status.type === 'waiting')
    assert.equal(device.telemetry.queued.messages, 3)
    await gate.open()
    await within(Promise.all(sent), 'PUBACK')
    assert.deepEqual(
      (await scene.device.telemetry()).map(({ text }) => text),
      ['1', '2', '3'],
    )
  }),

  sentence('telemetry survives dropped connections: all messages arrive, and copies have their ID', async (scene) => {
    const device = scene.openDevice({ telemetry: telemetry() })
    await within(device.twin.ready(), 'ready')
    const sent: Promise<void>[] = []
    for (let n = 0; n < 200; n++) {
      sent.push(device.telemetry.send(n, { messageId: `n${n}` }))
      if (n % 80 === 79) await scene.device.drop()
    }
    await within(Promise.all(sent), 'PUBACK')
    const messages = await scene.device.telemetry()
    const ids = new Map(messages.map(({ text, systemProperties }) => [systemProperties['message-id'], text]))
    assert.deepEqual(
      [...ids].sort(([, a], [, b]) => Number(a) - Number(b)),
      sent.map((_, n) => [`n${n}`, String(n)]),
    )
  }),

  sentence('close() of a device waits for the PUBACK of its telemetry', async (scene) => {
    const device = scene.openDevice({ telemetry: telemetry() })
    const sent = device.telemetry.send('last words')
    await within(device.close(), 'close')
    await within(sent, 'PUBACK')
    assert.equal((await scene.device.telemetry())[0]?.text, 'last words')
    assert.propertyVal(await reasonOf(device.telemetry.send('more'), 'a closed device'), 'code', 'ERR_CLOSED')
  }),

  sentence('a module sends its own telemetry', async (scene) => {
    const module = await scene.hub.createDevice('pump')
    const device = scene.openDevice({ telemetry: telemetry() }, { connectionString: module.connectionString })
    await within(device.telemetry.send(7, { output: 'alerts' }), 'PUBACK')
    const [message] = await module.telemetry()
    assert.include(message?.systemProperties, { 'iothub-outputname': 'alerts', 'iothub-connection-module-id': 'pump' })
  }),

  sentence('telemetry.send() sends 256 KB, and rejects a larger message before it leaves', async (scene) => {
    const device = scene.openDevice({ telemetry: telemetry() })
    const options = { messageId: 'm', properties: { a: 'b' } }
    await within(device.telemetry.send('x'.repeat(262_136), options), 'PUBACK')
    const reason = await reasonOf(device.telemetry.send('x'.repeat(262_142), options), 'a larger message')
    assert.instanceOf(reason, RangeError)
    assert.lengthOf((await scene.device.telemetry())[0]?.text ?? '', 262_136)
  }),
]
