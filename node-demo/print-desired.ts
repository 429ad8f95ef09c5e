import type { JsonObject, Twin } from 'hubtwin'
import { print, yellow } from './terminal.ts'

interface Climate {
  minTemperature?: number
  maxTemperature?: number
}

/**
 * Prints every change of the desired properties, and separately the changes of three of their
 * parts.
 *
 * Each listener runs once for the current value, and then for every change of its part.
 */
export function printDesired(twin: Twin): void {
  twin.onDesired(({ patch, version }) => {
    console.log(yellow('New desired properties received:'))
    print(`  ${JSON.stringify({ ...patch, $version: version })}`)
  })

  twin.onDesired('climate', ({ value, patch }) => {
    if (value === undefined) return printPart('climate', 'removed')
    // `patch` holds the changed limit, `value` holds both limits.
    const changed = (patch ?? {}) as Climate
    if (changed.minTemperature === undefined && changed.maxTemperature === undefined) return
    const { minTemperature, maxTemperature } = value as Climate
    printPart('climate', `min temp=${minTemperature}`, `max temp=${maxTemperature}`)
  })

  twin.onDesired('climate.hvac.systemControl', ({ value }) => {
    if (value === undefined) return printPart('climate.hvac.systemControl', 'removed')
    printPart('climate.hvac.systemControl', `fan=${(value as { fanOn?: boolean }).fanOn}`)
  })

  twin.onDesired('modules', ({ value, previous, patch }) => {
    const now = (value ?? {}) as JsonObject
    const before = (previous ?? {}) as JsonObject
    // If all modules are removed at once, the patch is null.
    const changed = (patch ?? before) as JsonObject
    const lines = Object.entries(changed).flatMap(([name, change]) => {
      const [isThere, wasThere] = [Object.hasOwn(now, name), Object.hasOwn(before, name)]
      if (!isThere) return wasThere ? `Deleting module ${name}` : []
      return `${wasThere ? 'Updating' : 'Adding'} module ${name}: ${JSON.stringify(change)}`
    })
    printPart('modules', ...lines)
  })
}

function printPart(path: string, ...lines: readonly string[]): void {
  console.log(yellow(`New desired properties received for "properties.desired.${path}":`))
  for (const line of lines) print(`  ${line}`)
}
