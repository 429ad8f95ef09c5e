import mqtt from 'mqtt'
import { accessOf } from './access.ts'
import type { Client } from './client.ts'

/**
 * The minimum that an app can write over mqtt.js: a map of requests, without retries, checks, or
 * order.
 */
export const bare: Client = {
  name: 'bare mqtt.js',
  async open(connectionString) {
    const { url, deviceId, userName, password } = accessOf(connectionString)
    const client = await mqtt.connectAsync(url, {
      clientId: deviceId,
      username: userName,
      password,
      protocolVersion: 4,
      keepalive: 180,
      reconnectPeriod: 0,
    })
    const requests = new Map<string, (body: string) => void>()
    let listener = (_patch: { readonly [key: string]: unknown }): void => {}
    let count = 0
    client.on('message', (topic, payload) => {
      const rid = /\$rid=(\d+)/.exec(topic)?.[1] ?? ''
      if (topic.startsWith('$iothub/twin/res/')) {
        requests.get(rid)?.(payload.toString())
        requests.delete(rid)
      } else listener(JSON.parse(payload.toString()) as { readonly [key: string]: unknown })
    })
    const request = (topic: string, body: string): Promise<string> =>
      new Promise((resolve) => {
        const rid = String(++count)
        requests.set(rid, resolve)
        client.publish(`$iothub/twin/${topic}/?$rid=${rid}`, body)
      })
    await client.subscribeAsync(['$iothub/twin/res/#', '$iothub/twin/PATCH/properties/desired/#'])
    JSON.parse(await request('GET', ''))
    return {
      listen: async (call) => {
        listener = call
      },
      report: async (patch) => void (await request('PATCH/properties/reported', JSON.stringify(patch))),
      refresh: async () => void JSON.parse(await request('GET', '')),
      close: () => client.endAsync(),
    }
  },
}
