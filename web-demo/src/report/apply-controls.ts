import type { Device } from '../device.ts'
import { find, setText } from '../dom.ts'

/** The app of this device: it makes its own what is desired, and says so by reporting it; by hand or by itself. */
export interface ApplyControls {
  /** After anything that may have changed what there is to apply. */
  look(device: Device): void
}

export function createApplyControls(): ApplyControls {
  const button = find('apply', HTMLButtonElement)
  const byItself = find('apply-itself', HTMLInputElement)
  const hint = find('apply-hint', HTMLElement)
  let device: Device | undefined
  let isUnderWay = false

  async function apply(): Promise<void> {
    const patch = device?.toApply() ?? {}
    if (device === undefined || isUnderWay || Object.keys(patch).length === 0) return
    isUnderWay = true
    const answer = await device.report(patch)
    isUnderWay = false
    show()
    // Desired may have moved on meanwhile. What was refused once would be refused again.
    if (byItself.checked && answer.type === 'taken') await apply()
  }

  function show(): void {
    if (device === undefined) return
    const isClosed = device.twin.status.type === 'closed'
    const isNothing = Object.keys(device.toApply()).length === 0
    button.disabled = isClosed || isNothing || isUnderWay
    if (isClosed) setText(hint, 'Connect again to apply and to report.')
    else if (device.document === undefined) setText(hint, '')
    else if (isNothing) setText(hint, 'The device reports all that is desired.')
    else setText(hint, isUnderWay ? 'Applying…' : 'The device does not yet report all that is desired.')
  }

  button.addEventListener('click', () => void apply())
  byItself.addEventListener('change', () => void (byItself.checked && apply()))

  return {
    look(next) {
      device = next
      show()
      if (byItself.checked && device.twin.status.type === 'ready') void apply()
    },
  }
}
