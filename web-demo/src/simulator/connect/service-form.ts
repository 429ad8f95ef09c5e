import { find, setText } from '../../shared/dom.ts'
import type { TokenService } from '../../shared/token-service.ts'
import type { Grant } from './grant.ts'
import { sentenceFrom } from './secret-field.ts'

/**
 * The form for a token service: its URL, and a one-time code or a JWT that names the device. The
 * JWT stays in memory.
 *
 * @param linked URL from a link, which another person may have made
 */
export function createServiceForm(connect: (grant: Grant) => Promise<void>, linked = ''): void {
  const address = find('service-address', HTMLInputElement)
  const addressProblem = find('service-address-problem', HTMLElement)
  const foreign = find('service-foreign', HTMLElement)
  const secret = find('service-secret', HTMLInputElement)
  const problem = find('service-problem', HTMLElement)
  const form = find('service-form', HTMLFormElement)
  let isConnecting = false

  function check(): void {
    const text = address.value.trim()
    const found = text === '' ? undefined : problemOfAddress(text)
    address.setAttribute('aria-invalid', String(found !== undefined))
    setText(addressProblem, found ?? '')
    setText(foreign, found === undefined ? foreignNotice(text) : '')
    setText(problem, '')
  }

  async function findService(): Promise<TokenService | undefined> {
    const [given, word] = [address.value.trim(), secret.value.trim()]
    const found = given === '' ? 'Enter the URL of the service first.' : problemOfAddress(given)
    if (found !== undefined) {
      setText(addressProblem, found)
      address.focus()
      return undefined
    }
    const base = given.replace(/\/+$/, '')
    // Most visitors have no token service.
    const { enroll, identify } = await import('../../shared/token-service.ts')
    if (word === '') return await identify(base)
    return isJwt(word) ? await identify(base, word) : await enroll(base, word)
  }

  async function submit(): Promise<void> {
    if (isConnecting) return
    isConnecting = true
    setText(problem, '')
    try {
      const service = await findService()
      if (service === undefined) return
      secret.value = ''
      await connect({ type: 'service', service })
    } catch (error) {
      setText(problem, sentenceFrom(error))
    } finally {
      isConnecting = false
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

/**
 * Names the site that will receive the secret, since a link can lead anywhere. `''` for this
 * page's own site.
 */
function foreignNotice(text: string): string {
  const origin = text === '' ? location.origin : new URL(text).origin
  return origin === location.origin
    ? ''
    : `${origin} is not the site of this page. It receives your code or JWT. Continue only if you trust it.`
}

/** RFC 7519: three parts in base64url; the first starts with `{"`. */
function isJwt(text: string): boolean {
  return /^eyJ[\w-]+\.[\w-]+\.[\w-]*$/.test(text)
}

function problemOfAddress(text: string): string | undefined {
  if (!URL.canParse(text)) return 'Enter a URL such as https://tokens.example.com.'
  const { protocol, hostname, search, hash, username, password } = new URL(text)
  if (username !== '' || password !== '' || search !== '' || hash !== '')
    return 'The URL of the service takes no user name, password, ? or #.'
  if (protocol === 'https:') return undefined
  if (protocol === 'http:' && ['localhost', '127.0.0.1'].includes(hostname)) return undefined
  return 'The URL must start with https://, or with http:// for this machine.'
}
