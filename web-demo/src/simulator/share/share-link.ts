import { copyWith } from '../../shared/copy-buttons.ts'
import { find, setText } from '../../shared/dom.ts'

/**
 * The buttons that copy a link to this device with its switches, or show it as a QR code for a
 * phone. The address bar has the link, which holds no secret. A phone cannot open a link to
 * localhost, so the QR code needs a server that listens on the network.
 */
export function createShareLink(): void {
  const copy = find('copy-link', HTMLButtonElement)
  const show = find('show-qr', HTMLButtonElement)
  const dialog = find('qr', HTMLDialogElement)
  copy.addEventListener('click', () => void copyWith(copy, location.href))
  show.hidden = ['localhost', '127.0.0.1', '[::1]'].includes(location.hostname)
  show.addEventListener('click', () => void open())

  async function open(): Promise<void> {
    const { makeQrCode } = await import('./qr-code.ts')
    find('qr-code', HTMLElement).replaceChildren(makeQrCode(location.href))
    setText(find('qr-link', HTMLElement), location.href)
    dialog.showModal()
  }
}
