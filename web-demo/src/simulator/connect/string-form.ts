import { parseConnectionString } from 'hubtwin/light'
import { POLICY_INSTEAD_OF_DEVICE, readPasted } from 'hubtwin-device-models/pasted'
import { find, setText } from '../../shared/dom.ts'
import type { Grant } from './grant.ts'
import { createSecretField, type Part, sentenceFrom } from './secret-field.ts'

/** The parts to show. The field hides everything else behind dots. */
const SHOWN = ['HostName', 'DeviceId', 'ModuleId', 'SharedAccessKeyName', 'GatewayHostName', 'UseDevelopmentEmulator']
const SECRET = ['SharedAccessKey', 'SharedAccessSignature']

const TO_LOCAL_HUB = 'The local hub accepts its policy key for each device: enter the ID of the device.'
const TO_IOT_HUB =
  'It opens every device of the hub, so it does not belong in a page. Enter the ID of a device, and get its connection string with:'

export function createStringForm(connect: (grant: Grant) => Promise<void>): void {
  const field = find('connection-string', HTMLInputElement)
  const device = find('policy-device', HTMLInputElement)
  const secret = createSecretField({
    field,
    problem: find('connection-problem', HTMLElement),
    parts: find('connection-parts', HTMLElement),
    whenEmpty: 'Paste a connection string first.',
    unwrap: (text) => readPasted(text).text,
    findProblem: (text) => findProblem(field.value, text, device.value.trim()),
    readParts,
  })

  /** A policy's connection string names no device, so the form asks for it. */
  function showPolicy(): void {
    const { kind, text } = readPasted(field.value)
    const isLocal = isLocalHub(text)
    find('policy', HTMLElement).hidden = kind !== 'policy'
    setText(find('policy-advice', HTMLElement), isLocal ? TO_LOCAL_HUB : TO_IOT_HUB)
    find('policy-command', HTMLElement).hidden = isLocal
    const hub = /HostName=([^.;]+)/.exec(text)?.[1] ?? 'HUB'
    const command = `az iot hub device-identity connection-string show --hub-name ${hub} --device-id ${device.value.trim() || 'DEVICE'}`
    setText(find('policy-command-text', HTMLElement), command)
  }

  const form = find('string-form', HTMLFormElement)
  device.addEventListener('input', secret.check)
  for (const event of ['input', 'paste']) form.addEventListener(event, showPolicy)
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const text = secret.take()
    showPolicy()
    if (text !== undefined) void connect({ type: 'connectionString', text: withDevice(text, device.value.trim()) })
  })
}

function findProblem(raw: string, text: string, deviceId: string): string | undefined {
  const { kind, variable } = readPasted(raw)
  if (text === '' && variable !== undefined) return `${variable} is empty.`
  if (kind === 'policy' && (deviceId === '' || !isLocalHub(text))) return `${POLICY_INSTEAD_OF_DEVICE}.`
  try {
    parseConnectionString(withDevice(text, deviceId))
    return undefined
  } catch (error) {
    return sentenceFrom(error)
  }
}

function isLocalHub(text: string): boolean {
  return /(?:^|;)UseDevelopmentEmulator=true(?:;|$)/.test(text)
}

/**
 * A policy key with DeviceConnect can sign for each device (docs/protocol/protocol.md §2).
 */
function withDevice(text: string, deviceId: string): string {
  return readPasted(text).kind === 'policy' ? `${text.replace(/;$/, '')};DeviceId=${deviceId}` : text
}

function readParts(text: string): Part[] {
  return text.split(';').flatMap((part) => {
    const at = part.indexOf('=')
    const [name, value] = [part.slice(0, at), part.slice(at + 1)]
    if (at < 0 || !(SHOWN.includes(name) || SECRET.includes(name))) return []
    return [{ name, value, isSecret: SECRET.includes(name) }]
  })
}
