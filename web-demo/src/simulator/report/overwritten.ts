import type { JsonObject } from 'hubtwin/light'

/** Whether the simulated device overwrites a part of this patch with its own report. */
export type IsOverwritten = (patch: JsonObject) => boolean

export const OVERWRITTEN =
  'The thermostat reports this property itself and overwrites your value. To set it, turn off “Run the thermostat”.'
