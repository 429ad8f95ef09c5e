import { find, setText } from '../../shared/dom.ts'
import { createTablist } from '../page/tablist.ts'
import type { Grant } from './grant.ts'
import { localGrant } from './grant-link.ts'
import type { Link } from './link.ts'
import { createServiceForm } from './service-form.ts'
import { createStringForm } from './string-form.ts'
import { createTokenForm } from './token-form.ts'

/** The start page. */
export interface ConnectForm {
  /** Shows the reason for a failed attempt to connect, or removes it. */
  showProblem(problem: string): void
}

/**
 * The start page: every way to connect. The page empties a field with a secret as soon as it has
 * read the secret.
 */
export function createConnectForm(connect: (grant: Grant) => Promise<void>, { service }: Link): ConnectForm {
  find('connect-local', HTMLButtonElement).addEventListener('click', () => void connect(localGrant()))
  createStringForm(connect)
  createTokenForm(connect)
  createServiceForm(connect, service)

  const ways = find('ways', HTMLElement)
  const tabs = [...ways.querySelectorAll<HTMLElement>('[role=tab]')]
  const { select } = createTablist(ways, tabs, (selected) => {
    for (const tab of tabs) find(tab.getAttribute('aria-controls') ?? '', HTMLElement).hidden = tab !== selected
  })
  if (service !== undefined) select(find('way-service', HTMLElement))
  return { showProblem: (problem) => setText(find('start-problem', HTMLElement), problem) }
}
