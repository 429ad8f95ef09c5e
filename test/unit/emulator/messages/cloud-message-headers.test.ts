import { expect, test } from 'vitest'
import { cloudMessageOfRequest } from '../../../../emulator/src/messages/cloud-message-headers.ts'

const BODY = new Uint8Array([1])

test('cloudMessageOfRequest() reads system properties from iothub-* headers in any case', () => {
  const headers = [
    ...['IotHub-MessageId', 'm', 'iothub-correlationid', 'k', 'iothub-userid', 'u', 'iothub-contenttype', 'text/plain'],
    ...['iothub-contentencoding', 'utf-8', 'iothub-expiry', '2026-01-01', 'IOTHUB-ACK', 'Full', 'host', 'localhost'],
  ]
  expect(cloudMessageOfRequest(headers, BODY)).toStrictEqual({
    body: BODY,
    properties: {},
    messageId: 'm',
    correlationId: 'k',
    userId: 'u',
    contentType: 'text/plain',
    contentEncoding: 'utf-8',
    expiryTimeUtc: '2026-01-01',
    ack: 'full',
  })
})

test('cloudMessageOfRequest() keeps the case of the app’s properties and of values', () => {
  const headers = ['iothub-app-Level', 'High', 'IotHub-App-x', '', 'iothub-messageid', 'ABC', 'iothub-userid', '']
  expect(cloudMessageOfRequest(headers, BODY)).toStrictEqual({
    body: BODY,
    properties: { Level: 'High', x: '' },
    messageId: 'ABC',
  })
})

test('cloudMessageOfRequest() ignores a name without a value at the end', () => {
  expect(cloudMessageOfRequest(['iothub-app-a', '1', 'iothub-app-b'], BODY).properties).toStrictEqual({ a: '1' })
})
