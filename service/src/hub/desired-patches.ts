import type { JsonObject } from './json.ts'

/**
 * The desired properties in the five numbered patches of Azure's device twin samples. In order,
 * they add settings, add nested settings, add modules, change a module, and remove settings.
 */
export const DESIRED_PATCHES: Readonly<Record<1 | 2 | 3 | 4 | 5, JsonObject>> = {
  1: { climate: { minTemperature: 69, maxTemperature: 77 } },
  2: { climate: { hvac: { systemControl: { fanOn: true } } } },
  3: { modules: { wifi: { channel: 6, ssid: 'my_network' }, climate: { id: 17, units: 'farenheit' } } },
  4: { modules: { wifi: { channel: 7, encryption: 'wpa', passphrase: 'foo' } } },
  5: { modules: { climate: null }, climate: null },
}
