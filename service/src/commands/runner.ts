import type { Registry } from '../hub/registry.ts'

/**
 * Runs a command with the hub from the environment, and prints any failure as a single line. If the
 * command returns a number, that is the exit code.
 */
export interface Runner {
  withRegistry(what: string, command: (registry: Registry) => Promise<number | void>): Promise<void>
  /** Like `run`, for a command that uses more of the hub than its registry. */
  withHub(what: string, command: (connectionString: string) => Promise<number | void>): Promise<void>
  /** Runs a command that does not always need the hub. */
  alone(what: string, command: (openRegistry: OpenRegistry) => Promise<number | void>): Promise<void>
}

/**
 * Opens the hub from the environment. By default, it repeats requests that the hub refuses
 * temporarily, and prints a notice.
 */
export type OpenRegistry = (options?: { readonly isPatient: boolean }) => Registry
