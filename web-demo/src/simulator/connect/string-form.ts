import { parseConnectionString } from 'hubtwin/light'
import { find } from '../../shared/dom.ts'
import type { Grant } from './grant.ts'
import { createSecretField, type Part, sentenceFrom } from './secret-field.ts'

/** The parts to show. The field hides everything else behind dots. */
const SHOWN = ['HostName', 'DeviceId', 'ModuleId', 'SharedAccessKeyName', 'GatewayHostName', 'UseDevelopmentEmulator']
const SECRET = ['SharedAccessKey', 'SharedAccessSignature']

export function createStringForm(connect: (grant: Grant) => Promise<void>): void {
  const secret = createSecretField({
    field: find('connection-string', HTMLInputElement),
    problem: find('connection-problem', HTMLElement),
    parts: find('connection-parts', HTMLElement),
    whenEmpty: 'Paste a connection string first.',
    findProblem,
    readParts,
  })
  find('string-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault()
    const text = secret.take()
    if (text !== undefined) void connect({ type: 'connectionString', text })
  })
}

function findProblem(text: string): string | undefined {
  try {
    parseConnectionString(text)
    return undefined
  } catch (error) {
    return sentenceFrom(error)
  }
}

function readParts(text: string): Part[] {
  return text.split(';').flatMap((part) => {
    const at = part.indexOf('=')
    const [name, value] = [part.slice(0, at), part.slice(at + 1)]
    if (at < 0 || !(SHOWN.includes(name) || SECRET.includes(name))) return []
    return [{ name, value, isSecret: SECRET.includes(name) }]
  })
}
