import { parseConnectionString } from 'hubtwin/light'
import { find } from '../../shared/dom.ts'
import type { Grant } from './grant.ts'
import { createSecretField, type Part, sentenceFrom } from './secret-field.ts'

const SCHEME = 'SharedAccessSignature '

/** For a token that somebody has made: it says itself which device it is for. */
export function createTokenForm(connect: (grant: Grant) => void): void {
  const endpoint = find('token-endpoint', HTMLInputElement)
  const secret = createSecretField({
    field: find('token', HTMLInputElement),
    fault: find('token-fault', HTMLElement),
    parts: find('token-parts', HTMLElement),
    whenEmpty: 'Paste a token first.',
    faultOf(text) {
      try {
        parseConnectionString(connectionStringWith(text, endpoint.value.trim()))
        return undefined
      } catch (error) {
        return sentenceFrom(error).replace('Connection string is malformed: ', '')
      }
    },
    readParts,
  })
  endpoint.addEventListener('input', secret.check)
  find('token-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault()
    const address = endpoint.value.trim()
    const token = secret.take()
    if (token !== undefined) connect({ type: 'connectionString', text: connectionStringWith(token, address) })
  })
}

/** @throws SyntaxError says what is wrong with the token or the endpoint, and repeats neither */
function connectionStringWith(token: string, endpoint: string): string {
  if (!token.startsWith(SCHEME)) throw new SyntaxError('A token starts with “SharedAccessSignature ” and a space')
  const [host, devices, device, modules, module] = scopeOf(token)
  if (host === undefined || host === '') throw new SyntaxError('The token has no sr, which says what it is for')
  if (devices !== 'devices' || device === undefined)
    throw new SyntaxError(
      'The token is for no single device: paste HostName=…;DeviceId=…;SharedAccessSignature=… as a connection string',
    )
  const parts = [`DeviceId=${device}`]
  if (modules === 'modules' && module !== undefined) parts.push(`ModuleId=${module}`)
  return [...hostParts(host, endpoint), ...parts, `SharedAccessSignature=${token}`].join(';')
}

/** An endpoint on this machine may be the hub itself, on another port or without TLS; another one is a gateway. */
function hostParts(host: string, endpoint: string): string[] {
  if (endpoint === '') return [`HostName=${host}`]
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined
  if (url === undefined || (url.protocol !== 'wss:' && url.protocol !== 'ws:'))
    throw new SyntaxError('The endpoint is no wss:// or ws:// address')
  const plain = url.protocol === 'ws:' ? ['UseDevelopmentEmulator=true'] : []
  return [`HostName=${host}`, `GatewayHostName=${url.host}`, ...plain]
}

/** `sr` is `host/devices/id` or `host/devices/id/modules/id`, percent-encoded (docs/protocol/protocol.md §3). */
function scopeOf(token: string): string[] {
  const scope = new URLSearchParams(token.slice(SCHEME.length).replaceAll('+', '%2B')).get('sr') ?? ''
  return scope.split('/').map((part) => {
    try {
      return decodeURIComponent(part)
    } catch {
      return part
    }
  })
}

function readParts(text: string): Part[] {
  if (!text.startsWith(SCHEME)) return []
  const [host = '', , device = '', , module = ''] = scopeOf(text)
  const fields = new URLSearchParams(text.slice(SCHEME.length).replaceAll('+', '%2B'))
  const expiry = Number(fields.get('se'))
  return [
    { name: 'Hub', value: host },
    { name: 'Device', value: device },
    { name: 'Module', value: module },
    { name: 'Signature', value: fields.get('sig') ?? '', isSecret: true },
    { name: 'Valid until', value: expiry > 0 && expiry < 1e11 ? new Date(expiry * 1000).toLocaleString() : '' },
  ]
}
