import { type Command, InvalidArgumentError } from 'commander'
import { DEVELOPMENT_PORTS } from '../hub/development-device.ts'
import { Refusal } from '../errors/refusal.ts'
import { checkId } from '../identity/identity-id.ts'

/** Rejects an empty value for commander. An unset shell variable produces an empty value. */
export function parseText(text: string): string {
  if (text.trim() !== '') return text
  throw new InvalidArgumentError('Expected a non-empty value.')
}

/** Makes each option that takes a value, and has no parser, reject an empty value. */
export function rejectEmptyTexts(command: Command): Command {
  for (const option of command.options) {
    if (option.required && option.parseArg === undefined) option.argParser(parseText)
  }
  return command
}

/** Parses the ID of a device, for commander. */
export function parseDeviceId(text: string): string {
  return parseId('deviceId', text)
}

/** Parses the ID of a module, for commander. */
export function parseModuleId(text: string): string {
  return parseId('moduleId', text)
}

/** Adds IDs separated by commas to those of earlier options, each once. */
export function parseDeviceIds(text: string, before: readonly string[]): readonly string[] {
  const ids = parseText(text).split(',')
  if (ids.some((id) => id.trim() === '')) {
    throw new InvalidArgumentError('An ID before or after a comma is empty. Expected IDs such as kiosk-1,kiosk-2.')
  }
  return [...new Set([...before, ...ids.map(parseDeviceId)])]
}

function parseId(kind: 'deviceId' | 'moduleId', text: string): string {
  try {
    return checkId(kind, text)
  } catch (error) {
    // Commander names the value.
    throw error instanceof Refusal ? new InvalidArgumentError(error.message.replace(/^.*?; e/s, 'E')) : error
  }
}

/** Parses the URL of a hub, for commander. */
export function parseHubUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const example = `Expected a URL such as http://localhost:${DEVELOPMENT_PORTS.plain}`
  if (url === undefined || !/^https?:$/.test(url.protocol)) throw new InvalidArgumentError(`${example}.`)
  if (url.username + url.password === '') return text
  throw new InvalidArgumentError(`${example}, without a user; --connection-string names a policy.`)
}
