import type { JsonObject } from 'hubtwin/light'

/** Whether the simulated device reports something else in place of this patch. */
export type IsOverwritten = (patch: JsonObject) => boolean

export const OVERWRITTEN =
  'The thermostat reports this property itself and overwrites your value. To set it, turn off “Run the thermostat”.'
