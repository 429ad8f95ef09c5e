import type { MethodHandler } from 'hubtwin/methods'
import { createPanel } from '../page/panel.ts'
import type { SimulatedDevice } from '../simulated-device.ts'
import { createMethodDesk } from './method-desk.ts'
import type { MethodsPanel } from './methods-panel.ts'
import { createModelMethods } from './model-methods.ts'

/** The direct methods of the device. They get responses even before a person opens the panel. */
export interface MethodsPart {
  readonly handleCall: MethodHandler
  attach(device: SimulatedDevice): void
  refresh(): void
}

export function createMethodsPart(): MethodsPart {
  let device: SimulatedDevice | undefined
  let panel: MethodsPanel | undefined
  const desk = createMethodDesk(
    createModelMethods(() => device),
    render,
  )
  const frame = createPanel('methods', async () => {
    const { createMethodsPanel } = await import('./methods-panel.ts')
    panel = createMethodsPanel(desk, () => device)
    return panel.element
  })

  function render(): void {
    const { calls } = desk
    const waiting = calls.filter(({ state }) => state.type === 'waiting')
    const next = waiting[0]
    const isFollower = device?.twin.role.type === 'follower'
    const words = calls.length === 0 ? '' : `${calls.length} ${calls.length === 1 ? 'call' : 'calls'}`
    const waits = `${next?.name} waits for your answer`
    frame.note(isFollower ? 'in the tab with the connection' : next === undefined ? words : waits)
    panel?.render()
  }

  return {
    handleCall: desk.handle,
    attach(next) {
      device = next
      desk.clear()
    },
    refresh: render,
  }
}
