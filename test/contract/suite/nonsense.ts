import { assert } from 'chai'
import type { DesiredChange } from 'hubtwin'
import { sentence, type Sentence } from './sentence.ts'
import { createRecording, within } from './waits.ts'

const DESIRED = '$iothub/twin/PATCH/properties/desired/'
const RESPONSE = '$iothub/twin/res/'

const deep = '{"a":'.repeat(50_000) + '1' + '}'.repeat(50_000)

/**
 * Messages that no hub should send. Each has the next version, so that the client cannot drop it
 * only because of its version.
 */
const messages: readonly (readonly [topic: string, payload: string])[] = [
  [`${DESIRED}?$version=2`, '{"broken":'],
  [`${DESIRED}?$version=2`, ''],
  [`${DESIRED}?$version=2`, 'null'],
  [`${DESIRED}?$version=2`, '["not","an","object"]'],
  [`${DESIRED}?$version=2`, `{"big":"${'x'.repeat(1024 * 1024)}","$version":2}`],
  [`${DESIRED}?$version=2`, deep],
  [`${DESIRED}?$version=2`, '{"wrong":"version","$version":3}'],
  [`${DESIRED}?$version=two`, '{"wrong":"version"}'],
  [`${DESIRED}?$version=%`, '{"wrong":"escape","$version":"2"}'],
  [DESIRED, '{"no":"version"}'],
  [`${RESPONSE}200/`, '{"no":"rid"}'],
  [`${RESPONSE}200/?$rid=nobody-asked`, '{"desired":{"$version":9},"reported":{"$version":9}}'],
  [`${RESPONSE}many/?$rid=1`, '{}'],
  [`${RESPONSE}204/?$rid=&$version=7`, ''],
  ['$iothub/methods/POST/reboot/?$rid=1', '{}'],
  ['devices/somebody/messages/devicebound/', 'hello'],
  ['nonsense', '{"level":9}'],
]

export const nonsense: readonly Sentence[] = [
  sentence('openTwin() survives every message that makes no sense', async ({ device, open }) => {
    const twin = open()
    const changes = createRecording<DesiredChange>()
    const statuses = createRecording<string>()
    twin.onDesired(changes.add)
    await within(twin.ready(), 'ready')
    twin.onStatus(({ type }) => statuses.add(type))
    for (const [topic, payload] of messages) {
      await device.send(topic, payload)
      // A later response shows that the client has processed the message.
      await within(twin.refresh(), `refresh after ${payload.slice(0, 40)} on ${topic}`)
      assert.deepEqual([twin.desired, twin.versions.desired], [{}, 1], `after ${payload.slice(0, 40)} on ${topic}`)
    }
    const version = await device.patchDesired({ sense: true })
    await changes.find('an update that makes sense', (change) => change.version === version)
    assert.lengthOf(changes.items, 2)
    assert.deepEqual(statuses.items, ['ready'])
  }),

  sentence('twin.refresh() rejects with ERR_PROTOCOL when the hub answers with no twin', async ({ device, open }) => {
    const twin = open()
    await within(twin.ready(), 'ready')
    for (const body of ['', '{"desired":{}}', '{"desired":{"$version":1}}', '[]', deep]) {
      await device.setFault({ operation: 'get', status: 200, body }, 1)
      const outcome = await within(
        twin.refresh().then(
          () => 'a twin',
          (error: { code?: string }) => error.code,
        ),
        'refresh',
      )
      assert.equal(outcome, 'ERR_PROTOCOL', body.slice(0, 40))
      // Otherwise the client would read the twin again by itself, and the next fault could affect
      // that GET.
      await within(twin.refresh(), 'refresh')
    }
  }),
]
