import type { TabRole } from 'hubtwin/light/shared-twin'
import { withoutDevice } from 'hubtwin-device-models'
import { createDeviceModel } from '../shared/device-model/device-model.ts'
import { find } from '../shared/dom.ts'
import { createConnectForm, linkFor, localGrant, readLink } from './connect/connect-form.ts'
import type { Grant } from './connect/grant.ts'
import { createColumnTabs } from './page/column-tabs.ts'
import { createFaultButtons } from './page/fault-buttons.ts'
import { askOpener } from './page/second-tab.ts'
import { createStatusBar } from './page/status-bar.ts'
import { createApplyControls } from './report/apply-controls.ts'
import { createPatchPanel } from './report/patch-panel.ts'
import { createQuickValues } from './report/quick-values.ts'
import { createSimulatedDevice, type DeviceEvent, type SimulatedDevice } from './simulated-device.ts'
import { createTwinView } from './twin/twin-view.ts'
import { createWirePanel } from './wire/wire-panel.ts'

// The data flow: connect form → device → events → views.

let device: SimulatedDevice | undefined
let isRenderRequested = false

const statusBar = createStatusBar()
const twinView = createTwinView()
const wire = createWirePanel()
const model = createDeviceModel({
  element: find('device-model', HTMLElement),
  reported: () => device?.document?.reported,
  isReady: () => device?.twin.status.type === 'ready',
  report: (patch) => device?.report(patch) ?? Promise.resolve(),
})
const applyControls = createApplyControls({
  withoutModel: (patch) => (model.isRunning ? withoutDevice(patch) : patch),
  applyToModel: model.applyDesired,
  onAcknowledge: model.setAcknowledging,
})
const quickValues = createQuickValues()
const patchPanel = createPatchPanel()
const faultButtons = createFaultButtons({ onInject: wire.addFault, onInjected: statusBar.showStatus })
const parts = [applyControls, quickValues, patchPanel, faultButtons]

createColumnTabs()
createConnectForm(connect)
// An invalid grant from another tab leaves the start page open.
connectByLink().catch(console.warn)

async function connectByLink(): Promise<void> {
  const { connect: source } = readLink(location.search)
  const grant = source === 'local' ? localGrant : source === 'opener' ? await askOpener() : undefined
  if (grant !== undefined) connect(grant)
}

function connect(grant: Grant): void {
  const created = createSimulatedDevice(grant, (event) => {
    if (created === device) handleEvent(event, created)
  })
  device = created
  history.replaceState(null, '', `./${linkFor(grant)}`)
  statusBar.attach(created)
  wire.attach(created)
  model.reset()
  for (const part of parts) part.attach(created)
  showPage('device')
  twinView.render(undefined)
  find('device', HTMLElement).focus()
}

function handleEvent(event: DeviceEvent, from: SimulatedDevice): void {
  if (event.type === 'observation') {
    for (const { group, answer, at } of wire.addObservation(event.observation)) {
      if (group === 'twin' && answer !== undefined) statusBar.showRoundTrip(answer.at - at)
    }
    return
  }
  if (event.type === 'status') statusBar.showStatus(from)
  if (event.type === 'role') showRole(event.role)
  if (event.type === 'desired') applyControls.handleDesiredPatch(event.change)
  model.refresh()
  for (const part of parts) part.refresh()
  requestRender()
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

function showPage(name: 'start' | 'device'): void {
  for (const part of document.querySelectorAll<HTMLElement>('[data-page]')) part.hidden = part.dataset['page'] !== name
}

find('disconnect', HTMLButtonElement).addEventListener('click', () => {
  if (device?.twin.status.type === 'closed') device.connect()
  else void device?.disconnect()
})

find('forget', HTMLButtonElement).addEventListener('click', () => {
  void device?.disconnect()
  device = undefined
  model.reset()
  document.title = 'hubtwin'
  history.replaceState(null, '', './')
  showPage('start')
  find('connect-local', HTMLButtonElement).focus()
})

setInterval(() => {
  statusBar.tick()
  twinView.tick()
}, 1000)
