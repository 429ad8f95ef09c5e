import { createApplyControls } from './report/apply-controls.ts'
import { createConnectForm } from './connect/connect-form.ts'
import { createDevice, type Device, type DeviceEvent } from './device.ts'
import { find } from './dom.ts'
import { createPatchEditor } from './report/patch-editor.ts'
import { createStatusBar } from './page/status-bar.ts'
import { createTabs } from './page/tabs.ts'
import { createTimeline } from './wire/timeline.ts'
import { createTwinView } from './twin/twin-view.ts'

// The way of the data: connect form → device → events → views.

const statusBar = createStatusBar()
const twinView = createTwinView()
const applyControls = createApplyControls()
const patchEditor = createPatchEditor()
const timeline = createTimeline()
let device: Device | undefined
let isRenderRequested = false

createTabs()
createConnectForm(connect)

function connect(connectionString: string): void {
  const made = createDevice(connectionString, (event) => {
    if (made === device) receive(event, made)
  })
  device = made
  statusBar.begin(made)
  timeline.clear()
  showPage('device')
  twinView.render(undefined)
  find('device', HTMLElement).focus()
}

function receive(event: DeviceEvent, from: Device): void {
  timeline.receive(event)
  if (event.type === 'status') statusBar.showStatus(from)
  if (event.type === 'reported') statusBar.showAnswer(event.report, event.answer)
  applyControls.look(from)
  patchEditor.look(from)
  requestRender()
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
  document.title = 'hubtwin'
  showPage('start')
  find('connect-local', HTMLButtonElement).focus()
})

setInterval(() => {
  statusBar.tick()
  twinView.tick()
}, 1000)
