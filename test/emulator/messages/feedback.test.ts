import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Hub, type JsonObject, startHub } from '../../../emulator/src/index.ts'
import { connect } from '../../support/device.ts'
import { rest } from '../../support/rest.ts'

const PATH = '/messages/serviceBound/feedback'
let hub: Hub

beforeAll(async () => {
  hub = await startHub()
})
afterAll(() => hub.close())

async function device(id: string): Promise<void> {
  await hub.createDevice(id)
}

async function receive(): Promise<{ readonly lockToken: string; readonly records: readonly JsonObject[] }> {
  const { status, headers, body } = await rest(hub, 'GET', PATH)
  expect(status).toBe(200)
  expect(headers.get('content-type')).toBe('application/vnd.microsoft.iothub.feedback.json')
  const lockToken = JSON.parse(headers.get('etag') ?? '') as string
  return { lockToken, records: body as unknown as readonly JsonObject[] }
}

/** Reads all feedback. */
async function readAll(): Promise<readonly JsonObject[]> {
  const { status, headers, body } = await rest(hub, 'GET', PATH)
  if (status === 204) return []
  await rest(hub, 'DELETE', `${PATH}/${JSON.parse(headers.get('etag') ?? '') as string}`)
  return [...(body as unknown as readonly JsonObject[]), ...(await readAll())]
}

describe('feedback', () => {
  test('about a message that the device acknowledged has the fields of IoT Hub', async () => {
    await device('acknowledges')
    const { client, next } = await connect(hub, { deviceId: 'acknowledges' })
    await client.subscribeAsync('devices/acknowledges/messages/devicebound/#', { qos: 1 })
    await hub.sendToDevice('acknowledges', { body: 'x', messageId: 'm', ack: 'full' })
    expect((await next()).topic).toContain('iothub-ack=full')
    await expect.poll(() => hub.twin('acknowledges')['cloudToDeviceMessageCount']).toBe(0)
    const { generationId } = (await rest(hub, 'GET', '/devices/acknowledges')).body
    const { lockToken, records } = await receive()
    expect(records).toEqual([
      {
        originalMessageId: 'm',
        enqueuedTimeUtc: expect.stringMatching(/^\d{4}-.+Z$/),
        statusCode: 'Success',
        description: 'Success',
        deviceId: 'acknowledges',
        deviceGenerationId: generationId,
      },
    ])
    expect((await rest(hub, 'GET', PATH)).status).toBe(204)
    expect((await rest(hub, 'DELETE', `${PATH}/${lockToken}`)).status).toBe(204)
    expect((await rest(hub, 'DELETE', `${PATH}/${lockToken}`)).status).toBe(412)
  })

  test.each([
    ['full', ['Purged']],
    ['negative', ['Purged']],
    ['positive', []],
    ['none', []],
  ] as const)('with ack %s about a purged message is %j', async (ack, expected) => {
    const deviceId = `purged-${ack}`
    await device(deviceId)
    const headers = { 'iothub-ack': ack, 'iothub-messageid': 'm' }
    await rest(hub, 'POST', `/devices/${deviceId}/messages/deviceBound`, { headers })
    await rest(hub, 'DELETE', `/devices/${deviceId}/commands`)
    expect((await readAll()).map(({ statusCode }) => statusCode)).toEqual(expected)
  })

  test('returns to the queue when a reader abandons it, or keeps it for a minute', async () => {
    await device('returned')
    for (const messageId of ['1', '2']) await hub.sendToDevice('returned', { messageId, ack: 'full' })
    await rest(hub, 'DELETE', '/devices/returned/commands')
    const first = await receive()
    expect(first.records.map(({ originalMessageId }) => originalMessageId)).toEqual(['1', '2'])
    expect((await rest(hub, 'POST', `${PATH}/${first.lockToken}/abandon`)).status).toBe(204)
    const second = await receive()
    expect(second.records).toEqual(first.records)
    hub.clock.advance(60_000)
    expect((await rest(hub, 'DELETE', `${PATH}/${second.lockToken}`)).status).toBe(412)
    expect(await readAll()).toEqual(first.records)
    hub.clock.reset()
  })

  test('about an expired message says so, with at most 64 records at once', async () => {
    await device('expired')
    const expiryTimeUtc = new Date(hub.clock.now() + 60_000).toISOString()
    for (let batch = 0; batch < 2; batch++) {
      for (let n = 0; n < 40; n++) {
        const expiry = batch === 0 ? expiryTimeUtc : new Date(hub.clock.now() + 60_000).toISOString()
        await hub.sendToDevice('expired', { ack: 'negative', expiryTimeUtc: expiry })
      }
      hub.clock.advance(60_000)
    }
    const { lockToken, records } = await receive()
    expect(records).toHaveLength(64)
    expect(new Set(records.map(({ statusCode }) => statusCode))).toEqual(new Set(['Expired']))
    await rest(hub, 'DELETE', `${PATH}/${lockToken}`)
    expect(await readAll()).toHaveLength(16)
    hub.clock.reset()
  })
})
