import type { DesiredChange, JsonObject } from 'hubtwin/light'
import type { Device } from '../device.ts'
import { find, setText } from '../../shared/dom.ts'
import { isObject } from '../../shared/json-text.ts'
import { deletionsIn, joinPatches, patchToApply } from './apply.ts'

/** The app of this device: it makes its own what is desired, and says so by reporting it; by hand or by itself. */
export interface ApplyControls {
  begin(device: Device): void
  /** Desired has changed: what it deletes is to go from reported as well. */
  receive(change: DesiredChange<JsonObject>): void
  /** After anything that may have changed what there is to apply. */
  look(): void
}

export interface ApplyControlsParts {
  /** Hands to the device's model what it answers for by itself, and leaves the rest of the patch. */
  handOver(patch: JsonObject): JsonObject
  /** Gives desired to the model, with what of it is news. */
  take(desired: JsonObject, version: number, patch: JsonObject, isFirst: boolean): void
  onAcknowledge(isOn: boolean): void
}

export function createApplyControls({ handOver, take, onAcknowledge }: ApplyControlsParts): ApplyControls {
  const button = find('apply', HTMLButtonElement)
  const byItself = find('apply-itself', HTMLInputElement)
  const acknowledging = find('apply-acknowledge', HTMLInputElement)
  const hint = find('apply-hint', HTMLElement)
  let device: Device | undefined
  let deletions: JsonObject = {}
  let isUnderWay = false

  function toApply(): JsonObject {
    if (device?.document === undefined) return {}
    const { desired, reported, versions } = device.document
    const patch = patchToApply(desired, reported, acknowledging.checked ? versions.desired : undefined)
    return handOver(joinPatches(deletionsIn(deletions, desired, reported), patch))
  }

  async function apply(): Promise<void> {
    const applying = device
    const patch = toApply()
    if (applying === undefined || isUnderWay || isEmpty(patch)) return
    isUnderWay = true
    const answer = await applying.report(patch)
    isUnderWay = false
    show()
    // Desired may have moved on meanwhile. What was refused once would be refused again.
    if (byItself.checked && answer.type === 'taken') await apply()
  }

  function show(): void {
    if (device === undefined) return
    const isClosed = device.twin.status.type === 'closed'
    const { desired, reported } = device.document ?? { desired: {}, reported: {} }
    const isNothing = isEmpty(toApply()) && isEmpty(patchToApply(desired, reported))
    button.disabled = isClosed || isNothing || isUnderWay
    if (isClosed) setText(hint, 'Connect again to apply and to report.')
    else if (device.document === undefined) setText(hint, '')
    else if (isNothing) setText(hint, 'The device reports all that is desired.')
    else setText(hint, isUnderWay ? 'Applying…' : 'The device does not yet report all that is desired.')
  }

  function look(): void {
    show()
    if (byItself.checked && device?.twin.status.type === 'ready') void apply()
  }

  /** All of it is news: somebody wants it done. */
  function takeAll(): void {
    if (device?.document === undefined) return
    const { desired, versions } = device.document
    take(desired, versions.desired, desired, false)
  }

  button.addEventListener('click', () => {
    takeAll()
    void apply()
  })
  byItself.addEventListener('change', () => {
    if (byItself.checked) takeAll()
    look()
  })
  acknowledging.addEventListener('change', () => {
    onAcknowledge(acknowledging.checked)
    look()
  })

  return {
    begin(next) {
      device = next
      deletions = {}
      isUnderWay = false
      show()
    },
    receive({ patch, desired, previous, version }) {
      const { reported } = device?.twin ?? { reported: {} }
      if (byItself.checked) take(desired, version, isObject(patch) ? patch : {}, previous === undefined)
      deletions = deletionsIn(joinPatches(deletions, deletionsIn(patch, desired, reported)), desired, reported)
    },
    look,
  }
}

function isEmpty(patch: JsonObject): boolean {
  return Object.keys(patch).length === 0
}
