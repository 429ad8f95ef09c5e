import type { JsonObject } from 'hubtwin/light'
import type { TabRole } from 'hubtwin/light/shared-twin'
import { isReportedByDevice, withoutDevice } from 'hubtwin-device-models'
import { createDeviceModel } from '../shared/device-model/device-model.ts'
import { find } from '../shared/dom.ts'
import type { Grant } from './connect/grant.ts'
import { linkFor } from './connect/grant-link.ts'
import { type DeviceSettings, searchOf } from './connect/link.ts'
import { createColumnTabs } from './page/column-tabs.ts'
import { createFaultButtons } from './page/fault-buttons.ts'
import { createSplitter } from './page/splitter.ts'
import { createStatusBar } from './page/status-bar.ts'
import { createApplyControls } from './report/apply-controls.ts'
import { createPatchPanel } from './report/patch-panel.ts'
import { createQuickValues } from './report/quick-values.ts'
import { createRunControl } from './report/run-control.ts'
import { createSwitches } from './report/switches.ts'
import { createShareLink } from './share/share-link.ts'
import { createSimulatedDevice, type DeviceEvent, type SimulatedDevice } from './simulated-device.ts'
import { createMessagesPart } from './messages/messages-part.ts'
import { createMethodsPart } from './methods/methods-part.ts'
import { createTelemetryPart } from './telemetry/telemetry-part.ts'
import { createTwinView } from './twin/twin-view.ts'
import { createWirePanel } from './wire/wire-panel.ts'

// The page of a connected device. The data flow: grant → device → events → views. The page loads
// this module and MQTT when a person connects.

let device: SimulatedDevice | undefined
let isRenderRequested = false
let afterForget = (): void => undefined

const statusBar = createStatusBar()
const twinView = createTwinView()
const wire = createWirePanel()
const model = createDeviceModel({
  element: find('device-model', HTMLElement),
  reported: () => device?.document?.reported,
  isReady: () => device?.twin.status.type === 'ready',
  report: (patch) => device?.report(patch) ?? Promise.resolve(),
})
const switches = createSwitches((name) => {
  if (name === 'apply') applyControls.handleSwitch()
  applySettings()
  refreshParts()
})
const runControl = createRunControl(model, switches)
const applyControls = createApplyControls({
  withoutModel: (patch) => (switches.current.run ? withoutDevice(patch) : patch),
  applyToModel: model.applyDesired,
  switches,
})
const isOverwritten = (patch: JsonObject): boolean => switches.current.run && isReportedByDevice(patch)
const quickValues = createQuickValues(isOverwritten)
const patchPanel = createPatchPanel(isOverwritten)
const faultButtons = createFaultButtons({ onInject: wire.addFault, onInjected: statusBar.showStatus })
const telemetry = createTelemetryPart(model.readings)
const methods = createMethodsPart()
const messages = createMessagesPart()
const parts = [runControl, applyControls, quickValues, patchPanel, faultButtons, telemetry, methods, messages]
createColumnTabs()
createSplitter()
createShareLink()

/**
 * Connects, and shows the device.
 *
 * @param onForget called when a person forgets the device
 * @throws SyntaxError for a malformed connection string or identity
 */
export function openDevice(grant: Grant, settings: DeviceSettings, onForget: () => void): void {
  const created = createSimulatedDevice(
    grant,
    (event) => {
      if (created === device) handleEvent(event, created)
    },
    methods.handleCall,
  )
  device = created
  afterForget = onForget
  switches.set(settings)
  applySettings()
  statusBar.attach(created)
  wire.attach(created)
  for (const part of parts) part.attach(created)
  twinView.render(undefined)
}

/** The address bar always leads back to this device with these switches. */
function applySettings(): void {
  if (device !== undefined) history.replaceState(null, '', `./${searchOf(linkFor(device.grant, switches.current))}`)
}

function handleEvent(event: DeviceEvent, from: SimulatedDevice): void {
  if (event.type === 'observation') {
    for (const { group, answer, at } of wire.addObservation(event.observation).changed) {
      if (group === 'twin' && answer !== undefined) statusBar.showRoundTrip(answer.at - at)
    }
    return
  }
  if (event.type === 'acknowledged') return wire.addAcknowledgment(event.messageId)
  if (event.type === 'status') statusBar.showStatus(from)
  if (event.type === 'role') showRole(event.role)
  if (event.type === 'desired') applyControls.handleDesiredPatch(event.change)
  refreshParts()
  requestRender()
}

function refreshParts(): void {
  model.refresh()
  for (const part of parts) part.refresh()
}

function showRole(role: TabRole): void {
  statusBar.showRole(role)
  wire.showRole(role)
}

/** Renders at most once a frame. A hidden page renders nothing, while its device keeps running. */
function requestRender(): void {
  isRenderRequested ||= requestAnimationFrame(render) > 0
}

function render(): void {
  isRenderRequested = false
  if (device === undefined) return
  statusBar.showVersions(device)
  twinView.render(device.document)
}

find('disconnect', HTMLButtonElement).addEventListener('click', () => {
  if (device?.twin.status.type === 'closed') device.connect()
  else void device?.disconnect()
})

find('retry-now', HTMLButtonElement).addEventListener('click', () => device?.faults.retryNow())
for (const id of ['forget', 'trouble-forget']) find(id, HTMLButtonElement).addEventListener('click', forget)

function forget(): void {
  void device?.disconnect()
  device = undefined
  model.reset()
  afterForget()
}

setInterval(() => {
  statusBar.tick()
  twinView.tick()
  telemetry.refresh()
}, 1000)
