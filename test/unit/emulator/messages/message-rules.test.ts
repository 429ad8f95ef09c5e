import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { packetIdOf } from '../../../../emulator/src/messages/cloud-message.ts'
import { formatBag, parseBag } from '../../../../emulator/src/mqtt/property-bag.ts'
import { telemetryOf } from '../../../../emulator/src/messages/telemetry.ts'
import { cloudMessageTopic, parsePublishTopic, purposeOf, telemetryBag } from '../../../../emulator/src/mqtt/topics.ts'

test('packet identifiers start again after 65,535, and are never 0', () => {
  const ids = [1, 65535, 65536, 131070, 131071].map((sequenceNumber) => packetIdOf({ sequenceNumber }))
  expect(ids).toEqual([1, 65535, 1, 65535, 1])
})
