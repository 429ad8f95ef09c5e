import type { DesiredChange, JsonObject } from 'hubtwin/light'
import { find, setText } from '../../shared/dom.ts'
import { isObject } from '../../shared/json-value.ts'
import type { SimulatedDevice } from '../simulated-device.ts'
import { deletionsIn, joinPatches, patchToApply } from './patch-to-apply.ts'

/**
 * The device's app: it applies the desired properties and reports them, on a click or
 * automatically.
 */
export interface ApplyControls {
  attach(device: SimulatedDevice): void
  /**
   * Notes which keys the desired patch deletes, so that the app deletes them from reported as
   * well.
   */
  handleDesiredPatch(change: DesiredChange<JsonObject>): void
  /** Call this when the set of unapplied properties may have changed. */
  refresh(): void
}

export interface ApplyControlsParts {
  /** Removes the properties that the device model reports by itself. */
  withoutModel(patch: JsonObject): JsonObject
  /** Gives the desired properties to the device model, with the part that is new to it. */
  applyToModel(desired: JsonObject, version: number, patch: JsonObject, isFirst: boolean): void
  onAcknowledge(isOn: boolean): void
}

export function createApplyControls({ withoutModel, applyToModel, onAcknowledge }: ApplyControlsParts): ApplyControls {
  const button = find('apply', HTMLButtonElement)
  const automatic = find('apply-automatic', HTMLInputElement)
  const acknowledging = find('apply-acknowledge', HTMLInputElement)
  const hint = find('apply-hint', HTMLElement)
  let device: SimulatedDevice | undefined
  let deletions: JsonObject = {}
  let isReporting = false

  function nextPatch(): JsonObject {
    if (device?.document === undefined) return {}
    const { desired, reported, versions } = device.document
    const patch = patchToApply(desired, reported, acknowledging.checked ? versions.desired : undefined)
    return withoutModel(joinPatches(deletionsIn(deletions, desired, reported), patch))
  }

  async function apply(): Promise<void> {
    const applying = device
    const patch = nextPatch()
    if (applying === undefined || isReporting || isEmpty(patch)) return
    isReporting = true
    const result = await applying.report(patch)
    isReporting = false
    render()
    // Desired may have changed in the meantime. A rejected patch would be rejected again.
    if (automatic.checked && result.type === 'accepted') await apply()
  }

  function render(): void {
    if (device === undefined) return
    const isClosed = device.twin.status.type === 'closed'
    const { desired, reported } = device.document ?? { desired: {}, reported: {} }
    const isApplied = isEmpty(nextPatch()) && isEmpty(patchToApply(desired, reported))
    button.disabled = isClosed || isApplied || isReporting
    if (isClosed) setText(hint, 'Reconnect to apply and report.')
    else if (device.document === undefined) setText(hint, '')
    else if (isApplied) setText(hint, 'All desired properties are applied.')
    else setText(hint, isReporting ? 'Applying…' : 'Some desired properties are not applied yet.')
  }

  function refresh(): void {
    render()
    if (automatic.checked && device?.twin.status.type === 'ready') void apply()
  }

  function applyAllToModel(): void {
    if (device?.document === undefined) return
    const { desired, versions } = device.document
    applyToModel(desired, versions.desired, desired, false)
  }

  button.addEventListener('click', () => {
    applyAllToModel()
    void apply()
  })
  automatic.addEventListener('change', () => {
    if (automatic.checked) applyAllToModel()
    refresh()
  })
  acknowledging.addEventListener('change', () => {
    onAcknowledge(acknowledging.checked)
    refresh()
  })

  return {
    attach(next) {
      device = next
      deletions = {}
      isReporting = false
      render()
    },
    handleDesiredPatch({ patch, desired, previous, version }) {
      const { reported } = device?.twin ?? { reported: {} }
      if (automatic.checked) applyToModel(desired, version, isObject(patch) ? patch : {}, previous === undefined)
      deletions = deletionsIn(joinPatches(deletions, deletionsIn(patch, desired, reported)), desired, reported)
    },
    refresh,
  }
}

function isEmpty(patch: JsonObject): boolean {
  return Object.keys(patch).length === 0
}
