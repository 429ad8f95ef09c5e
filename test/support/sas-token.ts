import { createHmac } from 'node:crypto'

export interface TokenOptions {
  readonly policyName?: string
  readonly expiry?: number
}

export function token(resource: string, key: string, { policyName, expiry }: TokenOptions = {}): string {
  const resourceUri = encodeURIComponent(resource)
  const seconds = expiry ?? Math.floor(Date.now() / 1000) + 3600
  const signature = createHmac('sha256', Buffer.from(key, 'base64'))
    .update(`${resourceUri}\n${seconds}`)
    .digest('base64')
  const policy = policyName === undefined ? '' : `&skn=${encodeURIComponent(policyName)}`
  return `SharedAccessSignature sr=${resourceUri}&sig=${encodeURIComponent(signature)}${policy}&se=${seconds}`
}

export function keyOf(connectionString: string): string {
  const key = /SharedAccessKey=([^;]+)/.exec(connectionString)?.[1]
  if (key === undefined) throw new Error('The connection string has no key')
  return key
}
