import { find } from '../../shared/dom.ts'
import type { DeviceSettings } from '../connect/link.ts'

/** The switches in the middle column: run, apply automatically, acknowledge. */
export interface Switches {
  readonly current: DeviceSettings
  set(settings: DeviceSettings): void
}

/** @param onChange called when a person uses a switch */
export function createSwitches(onChange: (name: keyof DeviceSettings) => void): Switches {
  const boxes = {
    run: find('run', HTMLInputElement),
    apply: find('apply-automatic', HTMLInputElement),
    acknowledge: find('apply-acknowledge', HTMLInputElement),
  } as const
  const names = Object.keys(boxes) as (keyof typeof boxes)[]
  for (const name of names) boxes[name].addEventListener('change', () => onChange(name))
  return {
    get current() {
      return { run: boxes.run.checked, apply: boxes.apply.checked, acknowledge: boxes.acknowledge.checked }
    },
    set(settings) {
      for (const name of names) boxes[name].checked = settings[name]
    },
  }
}
