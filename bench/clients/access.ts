import { createHmac } from 'node:crypto'

/** The fields of a CONNECT, for clients without code of an SDK. */
export interface Access {
  readonly url: string
  readonly deviceId: string
  readonly userName: string
  readonly password: string
}

export function accessOf(connectionString: string): Access {
  const fields = new Map(
    connectionString.split(';').map((part): [string, string] => {
      const at = part.indexOf('=')
      return [part.slice(0, at), part.slice(at + 1)]
    }),
  )
  const [authority = '', deviceId = ''] = [fields.get('HostName'), fields.get('DeviceId')]
  const hostName = authority.replace(/:\d+$/, '')
  return {
    url: `wss://${authority}/$iothub/websocket?iothub-no-client-cert=true`,
    deviceId,
    userName: `${hostName}/${deviceId}/?api-version=2021-04-12`,
    password: signToken(hostName, deviceId, fields.get('SharedAccessKey') ?? ''),
  }
}

function signToken(hostName: string, deviceId: string, key: string): string {
  const sr = encodeURIComponent(`${hostName}/devices/${deviceId}`)
  const se = Math.ceil(Date.now() / 1000) + 3600
  const sig = createHmac('sha256', Buffer.from(key, 'base64')).update(`${sr}\n${se}`).digest('base64')
  return `SharedAccessSignature sr=${sr}&sig=${encodeURIComponent(sig)}&se=${se}`
}
