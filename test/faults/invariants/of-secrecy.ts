import { inspect } from 'node:util'
import type { Device } from '../device.ts'
import type { Play } from '../play.ts'

/**
 * No observation, status, or error (with its stack and causes) contains a key, password, or
 * signature.
 */
export function faultsOfSecrecy({ seen, secrets, twin }: Device, { reports, refreshes, sends, calls }: Play): string[] {
  const outcomes = [...reports, ...refreshes, ...sends, ...calls].map(({ outcome }) => outcome)
  const said = [...seen, ...outcomes, twin.status].map((each) => JSON.stringify(each)).join('\n')
  const errors = [
    ...seen.flatMap((event) => {
      if (event.type === 'status') return 'error' in event.status ? [event.status.error] : []
      return event.type === 'observed' && 'error' in event.observation ? [event.observation.error] : []
    }),
    ...outcomes.flatMap((outcome) => (outcome.type === 'rejected' ? [outcome.error] : [])),
  ]
  const thrown = [...new Set(errors)].map((error) => inspect(error, { depth: 6, showHidden: true })).join('\n')
  return secrets.some((secret) => said.includes(secret) || thrown.includes(secret)) ? ['a secret was seen'] : []
}
