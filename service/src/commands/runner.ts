import type { Registry } from '../hub/registry.ts'

/** How a command runs: with the hub of the environment, and with one line for whatever goes wrong. A number is the exit code. */
export interface Runner {
  withRegistry(what: string, command: (registry: Registry) => Promise<number | void>): Promise<void>
  /** For a command that may do without the hub. */
  alone(what: string, command: (openRegistry: () => Registry) => Promise<number | void>): Promise<void>
}
