import { find, setText } from '../../shared/dom.ts'
import type { SimulatedDevice } from '../simulated-device.ts'
import type { IsOverwritten } from './overwritten.ts'
import type { PatchEditor } from './patch-editor.ts'

/**
 * The button that opens the patch editor. The editor makes up a third of all code, so it loads on
 * demand.
 */
export interface PatchPanel {
  attach(device: SimulatedDevice): void
  refresh(): void
}

export function createPatchPanel(isOverwritten: IsOverwritten): PatchPanel {
  const toggle = find('patch-toggle', HTMLButtonElement)
  const form = find('patch-form', HTMLFormElement)
  const hint = find('patch-hint', HTMLElement)
  let device: SimulatedDevice | undefined
  let editor: PatchEditor | undefined

  async function open(): Promise<void> {
    if (editor === undefined) {
      setText(hint, 'Loading the editor…')
      try {
        const { createPatchEditor } = await import('./patch-editor.ts')
        editor = await createPatchEditor(isOverwritten)
      } catch {
        return setText(hint, 'The editor could not be loaded. Check the network, then close and open it again.')
      }
      if (device !== undefined) editor.attach(device)
      editor.refresh()
    }
    editor.focus()
  }

  toggle.addEventListener('click', () => {
    form.hidden = !form.hidden
    toggle.setAttribute('aria-expanded', String(!form.hidden))
    if (!form.hidden) void open()
  })

  return {
    attach(next) {
      device = next
      editor?.attach(next)
    },
    refresh: () => editor?.refresh(),
  }
}
