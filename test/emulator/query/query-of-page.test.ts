import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Hub, startHub } from '../../../emulator/src/index.ts'

let hub: Hub
beforeAll(async () => {
  hub = await startHub({ securePort: 0, plainPort: 0, mqttPort: 0, devices: ['a', 'b'] })
})
afterAll(() => hub.close())

function ask(query: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${hub.endpoints.http}/hub/query`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
    signal: AbortSignal.timeout(8000),
  })
}

describe('POST /hub/query', () => {
  test('answers without a token, page by page', async () => {
    const sql = 'SELECT deviceId FROM devices'
    const first = await ask(sql, { 'x-ms-max-item-count': '2' })
    expect(await first.json()).toEqual([{ deviceId: 'a' }, { deviceId: 'b' }])
    expect(first.headers.get('x-ms-item-type')).toBe('Raw')
    const continuation = first.headers.get('x-ms-continuation') ?? ''
    const second = await ask(sql, { 'x-ms-continuation': continuation })
    expect(await second.json()).toEqual([{ deviceId: 'device1' }])
    expect(second.headers.has('x-ms-continuation')).toBe(false)
    expect((await ask('SELECT * FROM devices', { 'x-ms-continuation': continuation })).status).toBe(400)
  })

  test.each([
    ['SELECT * FROM tables', 14, 'Line 1, col 15: there is no collection tables'],
    ['SELECT *\n  FROM devices WHERE', 29, 'Line 2, col 21: expected'],
    ["SELECT * FROM devices WHERE starts_with(deviceId, 'a')", 28, 'Line 1, col 29: there is no function starts_with'],
    ['SELECT * FROM devices WHERE tags.a = = 1', 37, 'Line 1, col 38: expected'],
  ])('names the offset of the problem in %j', async (sql, offset, message) => {
    const answer = await ask(sql)
    expect(answer.status).toBe(400)
    expect(await answer.json()).toEqual({ offset, message: expect.stringContaining(message) })
  })

  test('names no offset where the query as a whole is the problem', async () => {
    const grouped = await ask('SELECT tags.floor FROM devices GROUP BY tags.room')
    expect(await grouped.json()).toEqual({ message: expect.stringContaining('neither an aggregate nor in GROUP BY') })
    const long = await ask(`SELECT * FROM devices WHERE deviceId = '${'x'.repeat(9000)}'`)
    expect(long.status).toBe(412)
    expect((await ask(7)).status).toBe(400)
  })
})
