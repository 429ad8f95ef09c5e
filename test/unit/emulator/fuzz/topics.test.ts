import fc from 'fast-check'
import { expect, test } from 'vitest'
import { telemetryOf } from '../../../../emulator/src/messages/telemetry.ts'
import { parsePublishTopic, purposeOf } from '../../../../emulator/src/mqtt/topics.ts'
import { runs, timeoutInMs } from '../../../support/fuzz/runs.ts'

test(
  'parsePublishTopic() and purposeOf() accept or refuse any topic, and never throw',
  { timeout: timeoutInMs },
  () => {
    const words = ['devices', 'd', 'modules', 'm', 'messages', 'events', '$iothub', 'methods', 'res', '200', '?$rid=1']
    const topics = fc
      .array(fc.oneof(fc.constantFrom(...words), fc.string({ unit: 'binary' })))
      .map((all) => all.join('/'))
    const identities = fc.constantFrom({ deviceId: 'd' }, { deviceId: 'd', moduleId: 'm' })
    fc.assert(
      fc.property(topics, identities, (topic, identity) => {
        const request = parsePublishTopic(topic, identity)
        purposeOf(topic, identity)
        if (request?.type !== 'telemetry') return
        const sent = { bag: request.bag, body: new Uint8Array(), retain: false, isWill: false, at: 0 }
        const source = { identity, generationId: '1', authScope: 'device' } as const
        expect(telemetryOf(source, sent).systemProperties).toMatchObject({ 'iothub-connection-device-id': 'd' })
      }),
      runs(30),
    )
  },
)
