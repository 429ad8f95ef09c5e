import { parseConnectionString } from 'hubtwin'
import { find, make, setText } from '../dom.ts'
import { localDeviceConnectionString } from '../local-hub.ts'

/** Parts that may be on screen. Whatever else is in the field stays behind its dots. */
const SHOWN = ['HostName', 'DeviceId', 'ModuleId', 'SharedAccessKeyName', 'GatewayHostName', 'UseDevelopmentEmulator']

/** The two ways to begin. The field is emptied as soon as its text has been handed on. */
export function createConnectForm(connect: (connectionString: string) => void): void {
  const form = find('connect-form', HTMLFormElement)
  const field = find('connection-string', HTMLInputElement)
  const fault = find('connection-fault', HTMLElement)
  const parts = find('connection-parts', HTMLElement)
  const local = parseConnectionString(localDeviceConnectionString)
  setText(find('local-address', HTMLElement), `${local.identity.deviceId} @ ${new URL(local.endpoint ?? '').host}`)

  function check(): string | undefined {
    const text = field.value.trim()
    const what = text === '' ? undefined : faultOf(text)
    setText(fault, what ?? '')
    field.setAttribute('aria-invalid', String(what !== undefined))
    parts.replaceChildren(...readParts(text))
    return what
  }

  field.addEventListener('input', () => void check())
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const text = field.value.trim()
    const what = check() ?? (text === '' ? 'Paste a connection string first.' : undefined)
    if (what !== undefined) {
      setText(fault, what)
      field.focus()
      return
    }
    field.value = ''
    check()
    connect(text)
  })
  find('connect-local', HTMLButtonElement).addEventListener('click', () => connect(localDeviceConnectionString))
}

function faultOf(text: string): string | undefined {
  try {
    parseConnectionString(text)
    return undefined
  } catch (error) {
    return error instanceof Error ? `${error.message}.` : String(error)
  }
}

/** What the page has understood, with the secret as dots and its length alone. */
function readParts(text: string): HTMLElement[] {
  return text.split(';').flatMap((part) => {
    const at = part.indexOf('=')
    const [name, value] = [part.slice(0, at), part.slice(at + 1)]
    if (at < 0 || value === '') return []
    if (SHOWN.includes(name)) return [make('dt', '', name), make('dd', '', value)]
    if (name !== 'SharedAccessKey' && name !== 'SharedAccessSignature') return []
    return [make('dt', '', name), make('dd', 'muted', `•••••••• (${value.length} characters)`)]
  })
}
