import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createPacketReader, readPackets } from '../../../../emulator/src/mqtt/packet-reader.ts'
import { parseBulkStep } from '../../../../emulator/src/identity/bulk-request.ts'
import { newCloudMessage, parseCloudMessage } from '../../../../emulator/src/messages/cloud-message.ts'
import { decideConnect } from '../../../../emulator/src/mqtt/decide-connect.ts'
import { newIdentity, parseIdentityRequest } from '../../../../emulator/src/identity/identity.ts'
import { parseJobRequest } from '../../../../emulator/src/jobs/job.ts'
import { type Json, type JsonObject, isObject } from '../../../../emulator/src/formats/json.ts'
import { parseMethodCall } from '../../../../emulator/src/methods/method.ts'
import { parseJson } from '../../../../emulator/src/formats/parse-json.ts'
import { formatBag, parseBag } from '../../../../emulator/src/mqtt/property-bag.ts'
import { Refusal } from '../../../../emulator/src/errors/refusal.ts'
import { parseSas, verifySas } from '../../../../emulator/src/access/sas.ts'
import { telemetryOf } from '../../../../emulator/src/messages/telemetry.ts'
import { parsePublishTopic, purposeOf } from '../../../../emulator/src/mqtt/topics.ts'
import { newTwin, patchTwin, replaceTwin, report } from '../../../../emulator/src/twin/twin.ts'
import { token } from '../../../support/sas-token.ts'
import { mutated } from '../../../support/fuzz/mutations.ts'
import { bytes } from '../../../support/fuzz/packet-bytes.ts'
import { runs, timeoutInMs } from '../../../support/fuzz/runs.ts'

// The pure rules alone, with many more cases than over sockets. Each rule returns a value or
// refuses, and throws nothing else.

const key = Buffer.alloc(32, 'k').toString('base64')
const fresh = { now: 0, key: () => key, number: () => 1 }
const record = newIdentity('d', undefined, {}, fresh)

function harmed(...good: string[]): fc.Arbitrary<string> {
  return mutated(
    fc.constantFrom(...good).map((text) => Buffer.from(text)),
    4,
  ).map((each) => each.toString())
}

/** @returns undefined for a refusal */
function tried<Value>(attempt: () => Value): Value | undefined {
  try {
    return attempt()
  } catch (error) {
    expect(error).toBeInstanceOf(Refusal)
    expect((error as Refusal).status).toBeLessThan(500)
    return undefined
  }
}

const name = fc.oneof(
  fc.constantFrom('a', '__proto__', 'constructor', 'toString', '$version', '$metadata', 'x y', '', '#'),
  fc.string({ maxLength: 4 }),
)
const json: fc.Arbitrary<Json> = fc
  .letrec<{ value: unknown; object: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom(null, true, 0, -0, 1e300, 4503599627370495, 4503599627370496, '', '\ud800', 'x'.repeat(4097)),
      fc.array(tie('value'), { maxLength: 3 }),
      tie('object'),
    ),
    object: fc.array(fc.tuple(name, tie('value')), { maxLength: 4 }).map((pairs) => Object.fromEntries(pairs)),
  }))
  .object.map((value) => JSON.parse(JSON.stringify(value)) as Json)

describe('the rules', () => {
  test(
    'read packets from any bytes, however they are split, or refuse them',
    () => {
      fc.assert(
        fc.property(bytes, fc.array(fc.integer({ min: 1, max: 30 })), (all, lengths) => {
          const whole = readPackets(createPacketReader(), all)
          const reader = createPacketReader()
          const pieces: Buffer[] = []
          let start = 0
          for (const length of [...lengths, all.length]) {
            const read = readPackets(reader, all.subarray(start, (start += length)))
            if (read === undefined) {
              expect(whole).toBeUndefined()
              return
            }
            pieces.push(...read)
          }
          expect(pieces).toEqual(whole)
        }),
        runs(1000),
      )
    },
    timeoutInMs,
  )

  test(
    'accept any topic and any property bag, and keep a bag that is written and read again',
    () => {
      const topic = harmed(
        ...['$iothub/twin/GET/?$rid=1', '$iothub/twin/PATCH/properties/reported/?$rid=1&$version=2'],
        ...[
          'devices/d/messages/events/a=b&c&$.mid=%20',
          '$iothub/methods/res/200/?$rid=1',
          'devices/d/messages/devicebound/#',
        ],
      )
      fc.assert(
        fc.property(topic, (text) => {
          purposeOf(text, { deviceId: 'd' })
          const publish = parsePublishTopic(text, { deviceId: 'd' })
          if (publish?.type !== 'telemetry') return
          const sent = { bag: publish.bag, body: new Uint8Array(), retain: false, isWill: false, at: 0 }
          tried(() => telemetryOf({ identity: { deviceId: 'd' }, generationId: '1', authScope: 'device' }, sent))
          const bag = parseBag(publish.bag)
          expect(parseBag(formatBag(bag))).toEqual(bag)
        }),
        runs(1000),
      )
    },
    timeoutInMs,
  )

  test(
    'accept a CONNECT only if its signature covers the whole of it',
    () => {
      const password = token('h/devices/d', key, { expiry: 9_000_000_000 })
      const context = { hostName: 'h', policies: new Map(), now: 0, find: () => record }
      const user = harmed('h/d/?api-version=2021-04-12&model-id=dtmi:a;1', 'h/d', 'h/d/m/?api-version=1')
      fc.assert(
        fc.property(user, harmed(password, ''), harmed('d'), (username, sas, clientId) => {
          const verdict = decideConnect({ username, password: sas, clientId }, context)
          if (verdict.type === 'refused') return
          expect([clientId, verdict.session.identity.deviceId]).toEqual(['d', 'd'])
          const given = parseSas(sas)
          expect(verifySas(given, [key], 'h/devices/d', 0)).toMatchObject({ type: 'accepted' })
          expect(given?.resource).toBe('h/devices/d')
        }),
        runs(1000),
      )
    },
    timeoutInMs,
  )

  test(
    'accept or refuse any JSON body, without prototype pollution',
    () => {
      fc.assert(
        fc.property(json, (body) => {
          tried(() => parseBulkStep({ id: 'd', ...(body as JsonObject) }))
          tried(() => parseMethodCall(body))
          tried(() =>
            parseJobRequest('j', { type: 'scheduleUpdateTwin', queryCondition: '*', ...(body as JsonObject) }, 0),
          )
          tried(() =>
            newCloudMessage(record, parseCloudMessage({ properties: body }), { now: 0, sequenceNumber: 1, uuid: 'u' }),
          )
          tried(() => newIdentity('d', undefined, parseIdentityRequest(body as JsonObject), fresh))
          expect(Object.keys(Object.prototype)).toEqual([])
        }),
        runs(1000),
      )
    },
    timeoutInMs,
  )

  test(
    'merge or refuse any change of a twin, and enforce size, depth, and versions',
    () => {
      fc.assert(
        fc.property(json, json, (first, second) => {
          let twin = newTwin(0)
          for (const change of [first, second].filter(isObject)) {
            const before = JSON.stringify(twin)
            const reported = tried(() => report(twin, change, 0))
            const patched = tried(() => patchTwin(twin, { tags: change, desired: change }, 0))
            const replaced = tried(() => replaceTwin(twin, { tags: change, desired: change }, 0))
            expect(JSON.stringify(twin)).toBe(before)
            // An accepted merge patch can be sent again. It then changes only the version.
            if (reported !== undefined)
              expect(report(reported, change, 0).reported.value).toEqual(reported.reported.value)
            if (replaced !== undefined) expect(replaced.twin.desired.value).toEqual(replaced.twin.tags)
            twin = patched?.twin ?? reported ?? twin
            expect(twin.desired.metadata).toMatchObject({ $lastUpdated: expect.any(String) })
          }
          expect(JSON.parse(JSON.stringify(twin))).toEqual(twin)
        }),
        runs(1000),
      )
    },
    timeoutInMs,
  )

  test(
    'read JSON as JSON.parse does, or refuse it',
    () => {
      const text = mutated(
        json.map((each) => Buffer.from(JSON.stringify(each))),
        3,
      )
      fc.assert(
        fc.property(text, (body) => {
          const read = tried(() => parseJson(body))
          if (read !== undefined) expect(read).toEqual(JSON.parse(body.toString()))
        }),
        runs(1000),
      )
    },
    timeoutInMs,
  )
})
