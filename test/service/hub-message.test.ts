import { describe, expect, it } from 'vitest'
import { readHubMessage } from '../../service/src/hub/hub-message.ts'

const OF_METHOD = { errorCode: 404103, trackingId: 'a-G:0', message: 'Timed out', info: { timeout: '00:00:00' } }

describe('readHubMessage()', () => {
  it.each<[string, string, object]>([
    ['a text', 'Gone', { message: 'Gone' }],
    ['the prefix of an error', 'Error: Gone', { message: 'Gone' }],
    ['a code before the text', 'ErrorCode:DeviceNotFound;No a; b', { message: 'No a; b', code: 'DeviceNotFound' }],
    ['the error of a method', JSON.stringify(OF_METHOD), { message: 'Timed out', code: '404103' }],
    [
      'the error of a method within another, as the SDK gives it',
      `Error: ${JSON.stringify({ Message: JSON.stringify(OF_METHOD), ExceptionMessage: '' })}`,
      { message: 'Timed out', code: '404103' },
    ],
    [
      'the error of a registry',
      JSON.stringify({ Message: 'ErrorCode:ArgumentInvalid;Bad', ExceptionMessage: 'Tracking ID:1' }),
      { message: 'Bad', code: 'ArgumentInvalid' },
    ],
    ['an exception alone', '{"ExceptionMessage":"Broken"}', { message: 'Broken' }],
    ['a code that is no word', '{"errorCode":"a b","message":"m"}', { message: 'm' }],
    ['JSON without a message', '{"error":1}', { message: '{"error":1}' }],
    ['a message that is no text', '{"message":{}}', { message: '{"message":{}}' }],
    ['JSON that is cut off', '{"Message":"a', { message: '{"Message":"a' }],
    ['nothing', '', { message: '' }],
  ])('reads %s', (_, text, expected) => {
    expect(readHubMessage(text)).toEqual(expected)
  })
})
