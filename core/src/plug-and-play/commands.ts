import { typeName } from '../protocol/json.ts'
import { checkName } from './names.ts'

/**
 * A command of the root, or of a component.
 * @example
 * ```ts
 * import { type CommandName, joinCommandName } from 'hubtwin/plug-and-play'
 *
 * const command: CommandName = { component: 'thermostat1', name: 'reboot' }
 * console.log(joinCommandName(command)) // thermostat1*reboot
 * ```
 */
export interface CommandName {
  readonly component?: string | undefined
  readonly name: string
}

const SEPARATOR = '*'
const OF_COMPONENT = /^([^*]+)\*([^*]+)$/

/**
 * Joins a command's names to the name of its direct method ("IoT Plug and Play conventions",
 * commands; docs/protocol/device.md §10.4).
 *
 * @throws TypeError for a name that DTDL rejects
 * @example
 * ```ts
 * import { joinCommandName } from 'hubtwin/plug-and-play'
 *
 * const command = { component: 'thermostat1', name: 'getMaxMinReport' }
 * console.log(joinCommandName(command)) // thermostat1*getMaxMinReport
 * console.log(joinCommandName({ name: 'reboot' })) // reboot
 * ```
 */
export function joinCommandName({ component, name }: CommandName): string {
  checkName('Command', name)
  if (component === undefined) return name
  checkName('Component', component)
  return `${component}${SEPARATOR}${name}`
}

/**
 * Splits the name of a direct method into component and command. A name in another form, such as
 * `a*b*c`, stays whole, because a hub passes any name to the device.
 *
 * @example
 * ```ts
 * import { splitCommandName } from 'hubtwin/plug-and-play'
 *
 * const { component, name } = splitCommandName('thermostat1*getMaxMinReport')
 * console.log(component, name) // thermostat1 getMaxMinReport
 * ```
 */
export function splitCommandName(methodName: string): CommandName {
  if (typeof methodName !== 'string') throw new TypeError(`Method name is ${typeName(methodName)}, not a string`)
  const parts = OF_COMPONENT.exec(methodName)
  return parts === null ? { name: methodName } : { component: parts[1], name: parts[2] as string }
}
