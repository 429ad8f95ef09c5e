import { describe, expect, test } from 'vitest'
import { getTopic, parseTopic, reportTopic } from '../../core/src/protocol/topics.ts'
import vectors from '../vectors/topics.json' with { type: 'json' }

describe('parseTopic()', () => {
  test.each(vectors.vectors)('reads "$topic" as $parsed.type', ({ topic, parsed }) => {
    expect(parseTopic(topic)).toEqual(parsed)
  })

  const RESPONSE = '$iothub/twin/res/'
  test.each([
    ['', { type: 'foreign' }],
    [RESPONSE, { type: 'foreign' }],
    [`${RESPONSE}200`, { type: 'foreign' }],
    [`${RESPONSE}12345/?$rid=1`, { type: 'foreign' }],
    [`${RESPONSE}x20/?$rid=1`, { type: 'foreign' }],
    [`${RESPONSE}20x/?$rid=1`, { type: 'foreign' }],
    [`${RESPONSE}200/?$rid=1/?x`, { type: 'response', status: 200, rid: '1/?x' }],
    [`${RESPONSE}200/?$rid`, { type: 'foreign' }],
    [`${RESPONSE}200/?$rid=%`, { type: 'foreign' }],
    [`${RESPONSE}200/?$rid=1&$version&x`, { type: 'response', status: 200, rid: '1' }],
    [`${RESPONSE}200/?$rid=1&=x&a`, { type: 'response', status: 200, rid: '1' }],
    [`${RESPONSE}200/?$rid=1&$version=5x`, { type: 'response', status: 200, rid: '1' }],
    [`${RESPONSE}200/?$rid=1&$version=1234567890123456`, { type: 'response', status: 200, rid: '1' }],
    [`${RESPONSE}429/?$rid=1&retry-after=7`, { type: 'response', status: 429, rid: '1', retryAfterInSeconds: 7 }],
    [`${RESPONSE}200/?%24rid=1&%24version=5`, { type: 'response', status: 200, rid: '1', version: 5 }],
    ['$iothub/twin/PATCH/properties/desired/x$version=5', { type: 'desired' }],
    ['$iothub/twin/PATCH/properties/desired/?%', { type: 'desired' }],
  ])('reads %j', (topic, parsed) => {
    expect(parseTopic(topic)).toEqual(parsed)
  })
})

test('getTopic() and reportTopic() carry the request id', () => {
  expect(getTopic('7')).toBe('$iothub/twin/GET/?$rid=7')
  expect(reportTopic('7')).toBe('$iothub/twin/PATCH/properties/reported/?$rid=7')
})
