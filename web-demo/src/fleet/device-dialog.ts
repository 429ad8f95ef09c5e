import { createDeviceView, type DeviceView } from '../shared/device-model/device-view.ts'
import { find, make, setText } from '../shared/dom.ts'
import { describeStatus } from './fleet-row.ts'
import type { Member } from './member.ts'

/** A dialog with a device of the fleet and its twin. */
export interface DeviceDialog {
  open(member: Member): void
  /** Adds a temperature that the hub accepted from this device. */
  addTemperature(member: Member, temperature: number): void
  close(): void
}

const REFRESH_IN_MS = 500

export function createDeviceDialog(): DeviceDialog {
  const dialog = find('device', HTMLDialogElement)
  const title = find('device-title', HTMLElement)
  const state = find('device-state', HTMLElement)
  const body = find('device-body', HTMLElement)
  const desired = make('pre', '')
  const reported = make('pre', '')
  for (const [pre, name] of [
    [desired, 'Desired'],
    [reported, 'Reported'],
  ] as const) {
    pre.tabIndex = 0
    pre.role = 'group'
    pre.ariaLabel = name
  }
  let shown: { readonly member: Member; readonly view: DeviceView; readonly timer: number } | undefined

  function render(): void {
    if (shown === undefined) return
    const { member, view } = shown
    const { status, versions, device } = member
    setText(
      state,
      status.type === 'waiting' ? `${describeStatus(status)}. ${status.error.message}` : describeStatus(status),
    )
    setText(desired, `desired v${versions.desired}\n${JSON.stringify(member.desired, null, 2)}`)
    setText(reported, `reported v${versions.reported}\n${JSON.stringify(member.reported, null, 2)}`)
    if (device === undefined) return
    const now = Date.now()
    view.record(device, now)
    if (!document.hidden) view.render(device, now)
  }

  find('device-close', HTMLButtonElement).addEventListener('click', () => dialog.close())
  // A click on the backdrop has the dialog itself as its target.
  dialog.addEventListener('click', ({ target }) => {
    if (target === dialog) dialog.close()
  })
  dialog.addEventListener('close', () => {
    if (shown === undefined) return
    clearInterval(shown.timer)
    shown.view.close()
    shown = undefined
    body.replaceChildren()
  })

  return {
    open(member) {
      dialog.close()
      const view = createDeviceView((event) => {
        member.dispatch(event)
        render()
      })
      shown = { member, view, timer: window.setInterval(render, REFRESH_IN_MS) }
      setText(title, member.deviceId)
      body.replaceChildren(view.element, make('div', 'fleet-twin', desired, reported))
      render()
      dialog.showModal()
    },
    addTemperature(member, temperature) {
      if (shown?.member === member) shown.view.addPoint({ at: Date.now(), temperature })
    },
    close: () => dialog.close(),
  }
}
