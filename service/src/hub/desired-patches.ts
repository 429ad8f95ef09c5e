import type { JsonObject } from './json.ts'

/**
 * The five numbered patches of Azure's device twin samples, as what goes into the desired properties. Sent one after
 * another they add settings, add below them, add modules, change one, and remove.
 */
export const desiredPatches: Readonly<Record<1 | 2 | 3 | 4 | 5, JsonObject>> = {
  1: { climate: { minTemperature: 69, maxTemperature: 77 } },
  2: { climate: { hvac: { systemControl: { fanOn: true } } } },
  3: { modules: { wifi: { channel: 6, ssid: 'my_network' }, climate: { id: 17, units: 'farenheit' } } },
  4: { modules: { wifi: { channel: 7, encryption: 'wpa', passphrase: 'foo' } } },
  5: { modules: { climate: null }, climate: null },
}
