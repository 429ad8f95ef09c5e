import type { DesiredChange, JsonObject } from 'hubtwin/light'
import { find, setText } from '../../shared/dom.ts'
import { isObject } from '../../shared/json-value.ts'
import type { SimulatedDevice } from '../simulated-device.ts'
import type { Switches } from './switches.ts'
import { deletionsIn, joinPatches, patchToApply } from './patch-to-apply.ts'

/**
 * The device's app: it applies the desired properties and reports them, automatically or on a
 * click.
 */
export interface ApplyControls {
  attach(device: SimulatedDevice): void
  /**
   * Notes which keys the desired patch deletes, so that the app deletes them from reported as
   * well.
   */
  handleDesiredPatch(change: DesiredChange<JsonObject>): void
  /** Call this when a person turns "Apply automatically" on or off. */
  handleSwitch(): void
  /** Call this when the set of unapplied properties may have changed. */
  refresh(): void
}

export interface ApplyControlsParts {
  /** Removes the properties that the device model reports by itself. */
  withoutModel(patch: JsonObject): JsonObject
  /** Passes the desired properties to the device model, with the part that is new to it. */
  applyToModel(desired: JsonObject, version: number, patch: JsonObject, isFirst: boolean): void
  readonly switches: Switches
}

export function createApplyControls({ withoutModel, applyToModel, switches }: ApplyControlsParts): ApplyControls {
  const button = find('apply', HTMLButtonElement)
  const hint = find('apply-hint', HTMLElement)
  let device: SimulatedDevice | undefined
  let deletions: JsonObject = {}
  let isReporting = false

  function nextPatch(): JsonObject {
    if (device?.document === undefined) return {}
    const { desired, reported, versions } = device.document
    const patch = patchToApply(desired, reported, switches.current.acknowledge ? versions.desired : undefined)
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
    if (switches.current.apply && result.type === 'accepted') await apply()
  }

  function render(): void {
    if (device === undefined) return
    const isClosed = device.twin.status.type === 'closed'
    const { desired, reported } = device.document ?? { desired: {}, reported: {} }
    const rest = nextPatch()
    const isApplied = isEmpty(rest) && isEmpty(patchToApply(desired, reported))
    // The device model handles the rest, and a click cannot speed it up.
    const isAtWork = switches.current.apply && isEmpty(rest)
    button.disabled = isClosed || isApplied || isReporting || isAtWork
    if (isClosed) setText(hint, 'Reconnect to apply and report.')
    else if (device.document === undefined) setText(hint, '')
    else if (isApplied) setText(hint, 'All desired properties are applied.')
    else if (isAtWork) setText(hint, 'The device works on the other desired properties.')
    else setText(hint, isReporting ? 'Applying…' : 'Some desired properties are not applied yet.')
  }

  /** The tab with the connection applies, so that several tabs do not send the same report. */
  function refresh(): void {
    render()
    const { status, role } = device?.twin ?? {}
    if (switches.current.apply && status?.type === 'ready' && role?.type !== 'follower') void apply()
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

  return {
    attach(next) {
      device = next
      deletions = {}
      isReporting = false
      render()
    },
    handleDesiredPatch({ patch, desired, previous, version }) {
      const { reported } = device?.twin ?? { reported: {} }
      if (switches.current.apply) applyToModel(desired, version, isObject(patch) ? patch : {}, previous === undefined)
      deletions = deletionsIn(joinPatches(deletions, deletionsIn(patch, desired, reported)), desired, reported)
    },
    handleSwitch() {
      if (switches.current.apply) applyAllToModel()
    },
    refresh,
  }
}

function isEmpty(patch: JsonObject): boolean {
  return Object.keys(patch).length === 0
}
