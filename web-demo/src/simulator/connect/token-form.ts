import { parseConnectionString } from 'hubtwin/light'
import { find } from '../../shared/dom.ts'
import type { Grant } from './grant.ts'
import { createSecretField, type Part, sentenceFrom } from './secret-field.ts'
import { readToken } from './token-scope.ts'

/** The form for a token. The token itself names its device. */
export function createTokenForm(connect: (grant: Grant) => Promise<void>): void {
  const endpoint = find('token-endpoint', HTMLInputElement)
  const secret = createSecretField({
    field: find('token', HTMLInputElement),
    problem: find('token-problem', HTMLElement),
    parts: find('token-parts', HTMLElement),
    whenEmpty: 'Paste a token first.',
    findProblem(text) {
      try {
        parseConnectionString(connectionStringWith(text, endpoint.value.trim()))
        return undefined
      } catch (error) {
        return sentenceFrom(error).replace('Connection string is malformed: ', '')
      }
    },
    unwrap: (text) =>
      text
        .trim()
        .replaceAll(/^['"`]+|['"`]+$/g, '')
        .trim(),
    readParts,
  })
  endpoint.addEventListener('input', secret.check)
  find('token-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault()
    const address = endpoint.value.trim()
    const token = secret.take()
    if (token !== undefined) void connect({ type: 'connectionString', text: connectionStringWith(token, address) })
  })
}

/** @throws SyntaxError names the problem of the token or the endpoint, and repeats neither */
function connectionStringWith(token: string, endpoint: string): string {
  const fields = readToken(token)
  if (fields === undefined) throw new SyntaxError('A token starts with “SharedAccessSignature” and a space')
  const { hostName, deviceId, moduleId } = fields
  if (hostName === '') throw new SyntaxError('The token has no sr field, which names the hub and the device')
  if (deviceId === undefined) {
    throw new SyntaxError(
      'The token is not for a single device; paste HostName=…;DeviceId=…;SharedAccessSignature=… as a connection string',
    )
  }
  const module = moduleId === undefined ? [] : [`ModuleId=${moduleId}`]
  return [...hostParts(hostName, endpoint), `DeviceId=${deviceId}`, ...module, `SharedAccessSignature=${token}`].join(
    ';',
  )
}

/**
 * An endpoint on this machine can be the hub itself, at another port or without TLS. Any other
 * endpoint is a gateway.
 */
function hostParts(hostName: string, endpoint: string): string[] {
  if (endpoint === '') return [`HostName=${hostName}`]
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined
  if (url === undefined || (url.protocol !== 'wss:' && url.protocol !== 'ws:'))
    throw new SyntaxError('The endpoint must start with wss:// or ws://')
  const plain = url.protocol === 'ws:' ? ['UseDevelopmentEmulator=true'] : []
  return [`HostName=${hostName}`, `GatewayHostName=${url.host}`, ...plain]
}

function readParts(text: string): Part[] {
  const fields = readToken(text)
  if (fields === undefined) return []
  const { hostName, deviceId = '', moduleId = '', signature, expiry } = fields
  return [
    { name: 'Hub', value: hostName },
    { name: 'Device', value: deviceId },
    { name: 'Module', value: moduleId },
    { name: 'Signature', value: signature, isSecret: true },
    { name: 'Valid until', value: expiry > 0 && expiry < 1e11 ? new Date(expiry * 1000).toLocaleString() : '' },
  ]
}
