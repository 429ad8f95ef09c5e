import { DESIRED_PATCHES } from '../hub/desired-patches.ts'
import type { Registry } from '../hub/registry.ts'
import { patchDesired } from '../hub/twins.ts'
import { print, printNotice } from '../terminal.ts'
import { UsageError } from './usage.ts'

/**
 * Sends one of the five numbered patches, and prints the lines of Azure's sample
 * `update_desired_properties`.
 */
export async function updateDesiredProperties(registry: Registry, deviceId: string, given?: string): Promise<void> {
  const number = patchNumber(given)
  const desired = DESIRED_PATCHES[number]
  print(`Using twinPatch${number}`)
  await patchDesired(registry, deviceId, desired)
  print(`Sent patch: ${JSON.stringify({ properties: { desired } })}`)
}

function patchNumber(given: string | undefined): keyof typeof DESIRED_PATCHES {
  if (given === undefined) {
    printNotice("Missing patch number. Defaulting to '1'.")
    return 1
  }
  switch (given) {
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
      return Number(given) as keyof typeof DESIRED_PATCHES
    default:
      throw new UsageError(`Patch number is "${given}"; expected a whole number from 1 to 5`)
  }
}
