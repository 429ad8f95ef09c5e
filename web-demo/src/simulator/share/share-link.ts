import { copyWith } from '../../shared/copy-buttons.ts'
import { find } from '../../shared/dom.ts'

/**
 * The buttons that copy a link to this device with its switches, or show it as a QR code for a
 * phone. The address bar has the link, which holds no secret. A phone cannot open a link to
 * localhost, so the QR code needs a server that listens on the network.
 */
export function createShareLink(): void {
  const copy = find('copy-link', HTMLButtonElement)
  const show = find('show-qr', HTMLButtonElement)
  copy.addEventListener('click', () => void copyWith(copy, location.href))
  show.hidden = ['localhost', '127.0.0.1', '[::1]'].includes(location.hostname)
  show.addEventListener('click', () => void import('./qr-code.ts').then(({ showQrCode }) => showQrCode(location.href)))
}
