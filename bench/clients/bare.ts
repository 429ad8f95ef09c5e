import { createHmac } from 'node:crypto'
import mqtt from 'mqtt'
import type { Client } from './client.ts'

/**
 * The least that an app can write over mqtt.js: a map of requests, without retries, checks or
 * order.
 */
export const bare: Client = {
  name: 'bare mqtt.js',
  async open(connectionString) {
    const fields = new Map(
      connectionString.split(';').map((part): [string, string] => {
        const at = part.indexOf('=')
        return [part.slice(0, at), part.slice(at + 1)]
      }),
    )
    const [authority = '', deviceId = ''] = [fields.get('HostName'), fields.get('DeviceId')]
    const hostName = authority.replace(/:\d+$/, '')
    const client = await mqtt.connectAsync(`wss://${authority}/$iothub/websocket?iothub-no-client-cert=true`, {
      clientId: deviceId,
      username: `${hostName}/${deviceId}/?api-version=2021-04-12`,
      password: signToken(hostName, deviceId, fields.get('SharedAccessKey') ?? ''),
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
      close: () => client.endAsync(),
    }
  },
}

function signToken(hostName: string, deviceId: string, key: string): string {
  const sr = encodeURIComponent(`${hostName}/devices/${deviceId}`)
  const se = Math.ceil(Date.now() / 1000) + 3600
  const sig = createHmac('sha256', Buffer.from(key, 'base64')).update(`${sr}\n${se}`).digest('base64')
  return `SharedAccessSignature sr=${sr}&sig=${encodeURIComponent(sig)}&se=${se}`
}
