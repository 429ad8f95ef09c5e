import { describe, expect, test } from 'vitest'
import { getTopic, parseTopic, reportTopic } from '../../core/src/protocol/topics.ts'
import vectors from '../vectors/topics.json' with { type: 'json' }

describe('parseTopic()', () => {
  test.each(vectors.vectors)('reads "$topic" as $parsed.type', ({ topic, parsed }) => {
    expect(parseTopic(topic)).toEqual(parsed)
  })
})

test('getTopic() and reportTopic() carry the request id', () => {
  expect(getTopic('7')).toBe('$iothub/twin/GET/?$rid=7')
  expect(reportTopic('7')).toBe('$iothub/twin/PATCH/properties/reported/?$rid=7')
})
