import { createPanel } from '../page/panel.ts'
import type { SimulatedDevice } from '../simulated-device.ts'
import type { MessagesPanel } from './messages-panel.ts'

/** The messages to the device. It subscribes to them when a person first opens the panel. */
export interface MessagesPart {
  attach(device: SimulatedDevice): void
  refresh(): void
}

export function createMessagesPart(): MessagesPart {
  let device: SimulatedDevice | undefined
  let panel: MessagesPanel | undefined
  const frame = createPanel('messages', async () => {
    const { createMessagesPanel } = await import('./messages-panel.ts')
    panel = createMessagesPanel(frame.note)
    if (device !== undefined) panel.attach(device)
    return panel.element
  })

  return {
    attach(next) {
      device = next
      frame.note('')
      panel?.attach(next)
    },
    refresh() {
      if (device?.twin.role.type === 'follower') frame.note('in the tab with the connection')
    },
  }
}
