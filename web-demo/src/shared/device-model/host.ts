import type { JsonObject } from 'hubtwin/light'
import type { SimulationHost } from './simulation.ts'

/** What the simulated device needs of the page around it. */
export interface DeviceModelHost extends SimulationHost {
  /** Where it is drawn: an empty element in the middle column. */
  readonly element: HTMLElement
}

/** The thermostat and the firmware in the middle column. Reports nothing before `start()`, or a press of its own button. */
export interface DeviceModel {
  readonly isRunning: boolean
  start(): void
  /**
   * Takes what is desired: when it comes, where the device applies by itself, or when a person presses "Apply desired".
   * The model takes what is its own (`climate.target`, `climate.fanOn`, `firmware`) and leaves the rest.
   *
   * @param patch what of it is news, as in a `DesiredChange`; all of it at a press
   * @param isFirst the twin was just read: what failed before is not tried again for that
   */
  take(desired: JsonObject, version: number, patch: JsonObject, isFirst: boolean): void
  /** Plug and Play's `{ value, ac, av, ad }` instead of bare values. */
  setAcknowledging(isOn: boolean): void
  /** After a change of status or of reported: something may be due. */
  look(): void
  /** For another device in the same page. */
  reset(): void
}
