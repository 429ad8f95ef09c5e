import type { HubEvent } from '../events/hub-event.ts'
import type { ConnectRefusal, RefusedConnect } from '../access/refused-connect.ts'
import { printable } from './printable.ts'

const REASONS: Readonly<Record<ConnectRefusal | 'fault', string>> = {
  'wrong-signature': 'its key is wrong',
  'unknown-identity': 'the hub has no such device',
  disabled: 'the device is disabled',
  expired: 'its token has expired',
  'no-password': 'it sent no password',
  malformed: 'its password is not a SAS token',
  'wrong-scope': 'its token is for another device or hub',
  'unknown-policy': 'its token names a policy that the hub does not have',
  'no-right': 'the policy of its token lacks the right DeviceConnect',
  'bad-user-name': 'its MQTT user name is malformed',
  'wrong-host': 'its MQTT user name names another hub',
  'wrong-client-id': 'its MQTT client ID and user name differ',
  fault: 'a fault is injected',
}

/** Formats an event as a line for the terminal. @returns undefined for an event of another kind */
export function connectionLine(event: HubEvent): string | undefined {
  if (event.type !== 'connected' && event.type !== 'disconnected') return undefined
  const { deviceId, moduleId, type } = event
  return printable(`${moduleId === undefined ? deviceId : `${deviceId}/${moduleId}`} ${type}`)
}

/** Formats a refused CONNECT as a line for the terminal. Never contains a token. */
export function refusalLine({ clientId, reason }: RefusedConnect): string {
  return printable(`${shorten(clientId) || 'A client without an ID'} rejected: ${REASONS[reason]}`)
}

/** A client may send 64 kB. A module's client ID consists of two IDs of at most 128 characters. */
function shorten(clientId: string): string {
  return clientId.length > 257 ? `${clientId.slice(0, 257)}…` : clientId
}
