import { assert } from 'chai'
import { TwinError, type TwinStatus } from 'hubtwin'
import { sentence, type Sentence } from './sentence.ts'
import { createRecording, reasonOf, until, within } from './waits.ts'

export const opening: readonly Sentence[] = [
  sentence('openTwin() is ready with both sections and their versions', async ({ device, open }) => {
    await device.patchDesired({ climate: { minTemperature: 69 } })
    const twin = open()
    const document = await within(twin.ready(), 'ready')
    assert.deepEqual(document, {
      desired: { climate: { minTemperature: 69 } },
      reported: {},
      versions: { desired: 2, reported: 1 },
    })
    assert.deepEqual(
      [twin.desired, twin.reported, twin.versions],
      [document.desired, document.reported, document.versions],
    )
  }),

  sentence(
    'openTwin() with a modelId announces the model, which the hub shows in the twin',
    async ({ device, open }) => {
      const modelId = 'dtmi:com:example:Thermostat;1'
      await within(open({ modelId }).ready(), 'ready')
      assert.equal((await device.twin()).modelId, modelId)
    },
  ),

  sentence('openTwin() without a modelId announces no model', async ({ device, open }) => {
    await within(open().ready(), 'ready')
    assert.notProperty(await device.twin(), 'modelId')
  }),

  sentence("openTwin() opens a module's twin, which is not its device's", async ({ hub, open }) => {
    const module = await hub.createDevice('pump')
    await module.patchDesired({ speed: 3 })
    const twin = open({ connectionString: module.connectionString })
    assert.deepEqual((await within(twin.ready(), 'ready')).desired, { speed: 3 })
    assert.equal(await within(twin.report({ running: true }), 'report'), 2)
    assert.deepEqual((await module.twin()).reported, { running: true })
  }),

  sentence('openTwin() waits for a hub that cannot be reached and connects when it can', async ({ hub, open }) => {
    const gate = await hub.createGate()
    const twin = open({ endpoint: gate.endpoint })
    const statuses = createRecording<TwinStatus>()
    twin.onStatus(statuses.add)
    const waiting = await statuses.find('waiting', ({ type }) => type === 'waiting')
    assert.equal(waiting.type === 'waiting' && waiting.error.code, 'ERR_UNREACHABLE')
    const ready = twin.ready()
    await gate.open()
    await within(ready, 'ready')
  }),

  sentence('twin.ready() rejects with ERR_UNAUTHORIZED for a wrong key, and the twin goes on trying', async (scene) => {
    const connectionString = scene.device.connectionString.replace(
      /SharedAccessKey=[^;]+/,
      'SharedAccessKey=bWFkZS11cA==',
    )
    const twin = scene.open({ connectionString })
    const reason = await reasonOf(twin.ready(), 'ready')
    assert.instanceOf(reason, TwinError)
    assert.equal(reason.code, 'ERR_UNAUTHORIZED')
    assert.notInclude(String(reason), 'bWFkZS11cA==')
    assert.notEqual(twin.status.type, 'closed')
  }),

  sentence('twin.onStatus() tells connecting, ready, waiting and closed in their order', async ({ device, open }) => {
    const twin = open()
    const statuses = createRecording<TwinStatus>()
    twin.onStatus(statuses.add)
    await within(twin.ready(), 'ready')
    await device.drop()
    await statuses.find('waiting', ({ type }) => type === 'waiting')
    await within(twin.refresh(), 'refresh')
    await twin.close()
    assert.deepEqual(
      statuses.items.map(({ type }) => type),
      ['connecting', 'ready', 'waiting', 'connecting', 'ready', 'closed'],
    )
    await until('the connection at the hub ends', async () => (await device.twin()).subscriptions === undefined)
  }),

  sentence('openTwin() is ready although the hub loses the answer to an early GET', async ({ device, open }) => {
    await device.patchDesired({ mode: 'eco' })
    await device.setFault({ fault: 'lose', operation: 'early-get', times: 1 })
    const twin = open()
    assert.deepEqual((await within(twin.ready(), 'ready')).desired, { mode: 'eco' })
  }),

  sentence('openTwin() is ready at a hub that closes on early packets, and sends none from then on', async (scene) => {
    await scene.device.setFault({ fault: 'refuse', operation: 'early-packet' })
    const packets = createRecording<string>()
    const twin = scene.open({
      observer: (seen) => {
        if ('packet' in seen) packets.add(`${seen.type} ${seen.packet}`)
      },
    })
    await within(twin.ready(), 'ready')
    await scene.device.heal()
    const before = packets.items.length
    await scene.device.drop()
    await packets.find('a second CONNACK', () => packets.items.slice(before).includes('received CONNACK'))
    await within(twin.refresh(), 'refresh')
    // mqtt.js sends nothing but CONNECT before CONNACK, so such a hub never closes.
    const pipelines = packets.items.slice(0, before).filter((each) => each === 'sent CONNECT').length === 1
    const [first] = packets.items.slice(packets.items.indexOf('sent CONNECT', before) + 1)
    assert.equal(first, pipelines ? 'sent SUBSCRIBE' : 'received CONNACK')
  }),

  sentence('twin.refresh() reads what the hub has now', async ({ device, open }) => {
    const twin = open()
    await within(twin.ready(), 'ready')
    await device.setFault({ fault: 'lose', operation: 'notification' })
    await device.patchDesired({ mode: 'eco' })
    assert.deepEqual(twin.desired, {})
    const document = await within(twin.refresh(), 'refresh')
    assert.deepEqual(document, { desired: { mode: 'eco' }, reported: {}, versions: { desired: 2, reported: 1 } })
    assert.deepEqual(twin.desired, { mode: 'eco' })
  }),
]
