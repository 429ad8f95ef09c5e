import { encode } from 'uqr'
import { find, setText } from '../../shared/dom.ts'

const SVG = 'http://www.w3.org/2000/svg'

export function showQrCode(link: string): void {
  find('qr-code', HTMLElement).replaceChildren(makeQrCode(link))
  setText(find('qr-link', HTMLElement), link)
  find('qr', HTMLDialogElement).showModal()
}

/** Draws a text as a QR code, dark on light in both color schemes, as scanners expect it. */
function makeQrCode(text: string): SVGElement {
  const { data, size } = encode(text, { border: 4 })
  const path = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : []))).join('')
  const svg = document.createElementNS(SVG, 'svg')
  svg.setAttribute('viewBox', `0 0 ${size} ${size}`)
  svg.setAttribute('role', 'img')
  svg.setAttribute('aria-label', `QR code of ${text}`)
  const dark = document.createElementNS(SVG, 'path')
  dark.setAttribute('d', path)
  svg.append(dark)
  return svg
}
