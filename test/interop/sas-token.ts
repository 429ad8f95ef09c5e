import { createHmac } from 'node:crypto'

/**
 * Makes a token for a device with Node's crypto, not with the code under test
 * (docs/protocol/protocol.md §2.1).
 */
export function sasToken(connectionString: string, lifetimeInSeconds: number): { password: string; expiresAt: number } {
  const [, host = '', deviceId = '', key = ''] =
    /^HostName=([^:;]+).*;DeviceId=([^;]+);SharedAccessKey=([^;]+)/.exec(connectionString) ?? []
  const resource = encodeURIComponent(`${host}/devices/${deviceId}`)
  const expiry = Math.ceil(Date.now() / 1000) + lifetimeInSeconds
  const signature = createHmac('sha256', Buffer.from(key, 'base64')).update(`${resource}\n${expiry}`).digest('base64')
  const password = `SharedAccessSignature sr=${resource}&sig=${encodeURIComponent(signature)}&se=${expiry}`
  return { password, expiresAt: expiry * 1000 }
}
