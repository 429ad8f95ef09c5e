import { parseConnectionString } from 'hubtwin/light'
import { find, setText } from '../../shared/dom.ts'
import { LOCAL_DEVICE_CONNECTION_STRING } from '../../shared/local-hub.ts'
import { createTablist } from '../page/tablist.ts'
import type { Grant } from './grant.ts'
import { createServiceForm } from './service-form.ts'
import { createStringForm } from './string-form.ts'
import { createTokenForm } from './token-form.ts'

export const localGrant: Grant = { type: 'connectionString', text: LOCAL_DEVICE_CONNECTION_STRING }

/**
 * The start page: every way to connect. A field with a secret is emptied as soon as the page reads
 * it.
 */
export function createConnectForm(connect: (grant: Grant) => void): void {
  const local = parseConnectionString(LOCAL_DEVICE_CONNECTION_STRING)
  setText(find('local-address', HTMLElement), `${local.identity.deviceId} @ ${new URL(local.endpoint ?? '').host}`)
  find('connect-local', HTMLButtonElement).addEventListener('click', () => connect(localGrant))
  createStringForm(connect)
  createTokenForm(connect)
  const { service } = readLink(location.search)
  createServiceForm(connect, service)

  const ways = find('ways', HTMLElement)
  const tabs = [...ways.querySelectorAll<HTMLElement>('[role=tab]')]
  const { select } = createTablist(ways, tabs, (selected) => {
    for (const tab of tabs) find(tab.getAttribute('aria-controls') ?? '', HTMLElement).hidden = tab !== selected
  })
  if (service !== undefined) select(find('way-service', HTMLElement))
}

/**
 * The query of this page: `?connect=local`, `?connect=opener`, or `?service=…`. It never holds a
 * secret.
 */
export interface Link {
  readonly connect?: string | undefined
  readonly service?: string | undefined
}

export function readLink(search: string): Link {
  const given = new URLSearchParams(search)
  const read = (name: string): string | undefined => given.get(name) ?? undefined
  return {
    connect: read('connect'),
    service: read('service'),
  }
}

/** The query that leads back to this device, without its secret. */
export function linkFor(grant: Grant): string {
  if (grant === localGrant) return '?connect=local'
  if (grant.type !== 'service') return ''
  return `?${new URLSearchParams({ service: grant.service.address })}`
}
