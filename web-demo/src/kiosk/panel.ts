import { find } from '../shared/dom.ts'
import type { TokenService } from '../shared/token-service.ts'
import { MINUTES } from './opening-hours.ts'
import { write } from './screen.ts'

/** The facts about the content on the screen. */
export interface Content {
  /** The desired version. */
  readonly version: number
  /** When the hub last confirmed it, in milliseconds since 1970; 0 means never. */
  readonly seenAt: number
  /** The names of desired properties with invalid values. */
  readonly refused: readonly string[]
}

/** The status panel: the facts about an enrolled kiosk first, and the form behind a button. */
export interface Panel {
  open(): void
  close(): void
  /** Call this when the kiosk is enrolled. */
  showDevice(device: TokenService): void
  showContent(content: Content): void
  /** Shows that this server has no token service, without which no code works. */
  showMissingService(): void
}

/** @param enroll called with the code that a person typed */
export function createPanel(enroll: (code: string) => Promise<void>): Panel {
  const dialog = find('enrollment', HTMLDialogElement)
  const facts = find('facts', HTMLElement)
  const form = find('code-form', HTMLFormElement)
  const again = find('enroll-again', HTMLButtonElement)
  const code = find('code', HTMLInputElement)
  let isEnrolled = false

  function showForm(isShown: boolean): void {
    form.hidden = !isShown
    facts.hidden = isShown || !isEnrolled
    again.hidden = isShown || !isEnrolled
    if (isShown) code.focus()
  }

  again.addEventListener('click', () => showForm(true))
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    write('problem', '')
    enroll(code.value).catch((error: unknown) =>
      write('problem', error instanceof Error ? error.message : String(error)),
    )
  })

  return {
    open() {
      if (dialog.open) return
      dialog.showModal()
      showForm(!isEnrolled)
    },
    close: () => dialog.close(),
    showDevice({ deviceId, hostName, endpoint }) {
      isEnrolled = true
      write('enrollment-title', deviceId)
      write('code-command', `npm run service -- code ${deviceId}`)
      write('fact-hub', endpoint === undefined ? hostName : new URL(endpoint).host)
    },
    showContent({ version, seenAt, refused }) {
      const at = new Date(seenAt).toLocaleString([], { weekday: 'short', ...MINUTES })
      write('fact-content', version > 0 ? `version ${version}` : 'none yet')
      write('fact-seen', seenAt > 0 ? at : 'never')
      write('fact-refused', refused.length === 0 ? 'none' : refused.join(', '))
    },
    showMissingService() {
      find('no-service', HTMLElement).hidden = false
      find('code-part', HTMLElement).hidden = true
    },
  }
}
