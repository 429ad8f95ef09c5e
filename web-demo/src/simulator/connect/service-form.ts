import { find, setText } from '../../shared/dom.ts'
import type { Grant } from './grant.ts'
import { enrol, introduce, type TokenService } from '../../shared/token-service.ts'

/**
 * For a service that issues tokens: its address, and a code or a JWT that names the device. The JWT stays in memory.
 *
 * @param linked address from a link, which another person may have made
 */
export function createServiceForm(connect: (grant: Grant) => void, linked = ''): void {
  const address = find('service-address', HTMLInputElement)
  const addressSays = find('service-address-fault', HTMLElement)
  const foreign = find('service-foreign', HTMLElement)
  const secret = find('service-secret', HTMLInputElement)
  const fault = find('service-fault', HTMLElement)
  const form = find('service-form', HTMLFormElement)
  let isUnderWay = false

  function check(): void {
    const what = address.value.trim() === '' ? undefined : addressFault(address.value.trim())
    address.setAttribute('aria-invalid', String(what !== undefined))
    setText(addressSays, what ?? '')
    setText(foreign, what === undefined ? foreignNotice(address.value.trim()) : '')
    setText(fault, '')
  }

  async function findService(): Promise<TokenService | undefined> {
    const [given, word] = [address.value.trim(), secret.value.trim()]
    const what = given === '' ? 'Write the address of the service first.' : addressFault(given)
    if (what !== undefined) {
      setText(addressSays, what)
      address.focus()
      return undefined
    }
    const base = given.replace(/\/+$/, '')
    if (word === '') return await introduce(base)
    return isJwt(word) ? await introduce(base, word) : await enrol(base, word)
  }

  async function submit(): Promise<void> {
    if (isUnderWay) return
    isUnderWay = true
    setText(fault, '')
    try {
      const service = await findService()
      if (service === undefined) return
      secret.value = ''
      connect({ type: 'service', service })
    } catch (error) {
      setText(fault, error instanceof Error ? `${error.message}.` : String(error))
    } finally {
      isUnderWay = false
    }
  }

  form.addEventListener('input', check)
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void submit()
  })
  address.value = linked
  check()
}

/** Names the receiver of the secret before it is sent: a link can lead to any service. `''` for one of this site. */
function foreignNotice(text: string): string {
  const origin = text === '' ? location.origin : new URL(text).origin
  return origin === location.origin
    ? ''
    : `${origin} is not the site of this page. It receives your code or JWT: continue only if you trust it.`
}

/** RFC 7519: three parts of base64url, the first of which begins with `{"`. */
function isJwt(text: string): boolean {
  return /^eyJ[\w-]+\.[\w-]+\.[\w-]*$/.test(text)
}

function addressFault(text: string): string | undefined {
  if (!URL.canParse(text)) return 'The address of the service is no URL: write it as https://tokens.example.com.'
  const { protocol, hostname, search, hash, username, password } = new URL(text)
  if (username !== '' || password !== '' || search !== '' || hash !== '')
    return 'The address of the service takes no name, password, ? or #.'
  if (protocol === 'https:') return undefined
  if (protocol === 'http:' && ['localhost', '127.0.0.1'].includes(hostname)) return undefined
  return 'The address of the service has to be https://, or http:// on this machine.'
}
