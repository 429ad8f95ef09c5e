import type { Device } from '../device.ts'
import { find, setText } from '../../shared/dom.ts'
import type { PatchEditor } from './patch-editor.ts'

/** The patch editor behind its button: it is a third of all script, and comes when it is asked for. */
export interface PatchPanel {
  begin(device: Device): void
  look(): void
}

export function createPatchPanel(): PatchPanel {
  const toggle = find('patch-toggle', HTMLButtonElement)
  const form = find('patch-form', HTMLFormElement)
  const says = find('patch-says', HTMLElement)
  let device: Device | undefined
  let editor: PatchEditor | undefined

  async function open(): Promise<void> {
    if (editor === undefined) {
      setText(says, 'The editor is being loaded…')
      try {
        const { createPatchEditor } = await import('./patch-editor.ts')
        editor = await createPatchEditor()
      } catch {
        return setText(says, 'The editor could not be loaded: close it and open it again when there is a network.')
      }
      if (device !== undefined) editor.begin(device)
      editor.look()
    }
    editor.focus()
  }

  toggle.addEventListener('click', () => {
    form.hidden = !form.hidden
    toggle.setAttribute('aria-expanded', String(!form.hidden))
    if (!form.hidden) void open()
  })

  return {
    begin(next) {
      device = next
      editor?.begin(next)
    },
    look: () => editor?.look(),
  }
}
