import { find, make, setText } from '../../shared/dom.ts'

/** A part of the device's column that opens. Its script loads when a person opens it. */
export interface Panel {
  /** Shows a few words next to the title, also while the panel is closed. */
  note(text: string): void
  open(): void
}

/** @param load creates the content, once */
export function createPanel(id: string, load: () => Promise<HTMLElement>): Panel {
  const panel = find(id, HTMLDetailsElement)
  const [body, words] = [part(panel, '.panel-body'), part(panel, '.panel-note')]
  let isLoaded = false

  async function fill(): Promise<void> {
    isLoaded = true
    try {
      body.replaceChildren(await load())
    } catch {
      isLoaded = false
      const advice = 'This part could not be loaded. Check the network, then close and open it again.'
      body.replaceChildren(make('p', 'problem', advice))
    }
  }

  panel.addEventListener('toggle', () => {
    if (panel.open && !isLoaded) void fill()
  })

  return {
    note: (text) => setText(words, text),
    open() {
      panel.open = true
    },
  }
}

function part(panel: HTMLElement, selector: string): HTMLElement {
  const found = panel.querySelector<HTMLElement>(selector)
  if (found === null) throw new Error(`#${panel.id} has no ${selector}`)
  return found
}
