import type { TabRole } from 'hubtwin/light/shared-twin'
import { withoutDevice } from 'hubtwin-device-models'
import { createConnectForm, linkFor, localGrant, readLink } from './connect/connect-form.ts'
import type { Grant } from './connect/grant.ts'
import { createDeviceModel } from '../shared/device-model/device-model.ts'
import { createDevice, type Device, type DeviceEvent } from './device.ts'
import { find } from '../shared/dom.ts'
import { createFaultButtons } from './page/fault-buttons.ts'
import { askOpener } from './page/second-tab.ts'
import { createStatusBar } from './page/status-bar.ts'
import { createTabs } from './page/tabs.ts'
import { createApplyControls } from './report/apply-controls.ts'
import { createPatchPanel } from './report/patch-panel.ts'
import { createQuickValues } from './report/quick-values.ts'
import { createTwinView } from './twin/twin-view.ts'
import { createWirePanel } from './wire/wire-panel.ts'

// The way of the data: connect form → device → events → views.

let device: Device | undefined
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
  handOver: (patch) => (model.isRunning ? withoutDevice(patch) : patch),
  take: model.take,
  onAcknowledge: model.setAcknowledging,
})
const quickValues = createQuickValues()
const patchPanel = createPatchPanel()
const faultButtons = createFaultButtons({ onTold: wire.addFault, onFault: statusBar.showStatus })
const parts = [applyControls, quickValues, patchPanel, faultButtons]

createTabs()
createConnectForm(connect)
// A grant of another tab may be invalid. Then this is the start page.
begin().catch(console.warn)

async function begin(): Promise<void> {
  const { connect: how } = readLink(location.search)
  const grant = how === 'local' ? localGrant : how === 'opener' ? await askOpener() : undefined
  if (grant !== undefined) connect(grant)
}

function connect(grant: Grant): void {
  const made = createDevice(grant, (event) => {
    if (made === device) receive(event, made)
  })
  device = made
  history.replaceState(null, '', `./${linkFor(grant)}`)
  statusBar.begin(made)
  wire.begin(made)
  model.reset()
  for (const part of parts) part.begin(made)
  showPage('device')
  twinView.render(undefined)
  find('device', HTMLElement).focus()
}

function receive(event: DeviceEvent, from: Device): void {
  if (event.type === 'observation') {
    for (const { group, answer, at } of wire.receive(event.observation)) {
      if (group === 'twin' && answer !== undefined) statusBar.showRoundTrip(answer.at - at)
    }
    return
  }
  if (event.type === 'status') statusBar.showStatus(from)
  if (event.type === 'role') showRole(event.role)
  if (event.type === 'desired') applyControls.receive(event.change)
  model.look()
  for (const part of parts) part.look()
  requestRender()
}

function showRole(role: TabRole): void {
  statusBar.showRole(role)
  wire.showRole(role)
}

/** Once a frame, however much happens in it; a hidden page draws nothing, while its device goes on. */
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
  document.title = 'hubtwin/light'
  history.replaceState(null, '', './')
  showPage('start')
  find('connect-local', HTMLButtonElement).focus()
})

setInterval(() => {
  statusBar.tick()
  twinView.tick()
}, 1000)
