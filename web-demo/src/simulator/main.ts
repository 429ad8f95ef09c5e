import { createCopyButtons } from '../shared/copy-buttons.ts'
import { find } from '../shared/dom.ts'
import { linkToHub } from '../shared/local-hub.ts'
import { createConnectForm } from './connect/connect-form.ts'
import type { Grant } from './connect/grant.ts'
import { localGrant } from './connect/grant-link.ts'
import { sentenceFrom } from './connect/secret-field.ts'
import { createLocalHubStatus } from './connect/local-hub-status.ts'
import { DEFAULT_SETTINGS, readLink } from './connect/link.ts'
import { askOpener } from './page/second-tab.ts'

// The start page. The page of a device, with MQTT, loads on the first connect.

const NOT_LOADED = 'The rest of the page could not be loaded. Check the network, then connect again.'

const link = readLink(location.search)
let { settings } = link

const localHub = createLocalHubStatus()
const form = createConnectForm(connect, link)
createCopyButtons()
linkToHub()
localHub.start()
// An invalid grant from another tab leaves the start page open.
connectByLink().catch(console.warn)

async function connectByLink(): Promise<void> {
  const grant =
    link.connect === 'local' ? localGrant(link.device) : link.connect === 'opener' ? await askOpener() : undefined
  if (grant !== undefined) await connect(grant)
}

async function connect(grant: Grant): Promise<void> {
  const open = await import('./device-page.ts').then(({ openDevice }) => openDevice, console.warn)
  if (open === undefined) return form.showProblem(NOT_LOADED)
  form.showProblem('')
  // In its own task, because evaluating the modules is a long task on a slow machine.
  await new Promise((resolve) => setTimeout(resolve))
  try {
    open(grant, settings, forget)
  } catch (error) {
    // For example, a page from the network without TLS has no WebCrypto to sign with.
    return form.showProblem(sentenceFrom(error))
  }
  localHub.stop()
  showPage('device')
  find('device', HTMLElement).focus()
}

function forget(): void {
  settings = DEFAULT_SETTINGS
  document.title = 'hubtwin'
  history.replaceState(null, '', './')
  showPage('start')
  localHub.start()
  find('connect-local', HTMLButtonElement).focus()
}

function showPage(name: 'start' | 'device'): void {
  for (const part of document.querySelectorAll<HTMLElement>('[data-page]')) part.hidden = part.dataset['page'] !== name
}
