import { checkMessagesOptions } from '../../core/src/messages/options.ts'
import { checkMethodsOptions } from '../../core/src/methods/options.ts'
import { checkTelemetryOptions } from '../../core/src/telemetry/options.ts'
import { checkOptions } from '../../core/src/twin/options.ts'

/** A table of options in core/README.md. */
export interface OptionsSource {
  /** The first cell of the table. */
  readonly heading: string
  readonly file: string
  /** Also the name of the table's markers. */
  readonly interface: string
  /** The options that the code makes of none. */
  readonly applied: () => Readonly<Record<string, unknown>>
}

export const SOURCES: readonly OptionsSource[] = [
  {
    heading: 'option',
    file: 'core/src/twin/options.ts',
    interface: 'TwinOptions',
    applied: () => ({ ...checkOptions({}, { hostName: 'contoso.azure-devices.net', deviceId: 'device1' }) }),
  },
  {
    heading: 'option of `telemetry()`',
    file: 'core/src/telemetry/options.ts',
    interface: 'TelemetryOptions',
    applied: () => ({ ...checkTelemetryOptions({}) }),
  },
  {
    heading: 'option of `methods()`',
    file: 'core/src/methods/options.ts',
    interface: 'MethodsOptions',
    applied: () => ({ ...checkMethodsOptions({}) }),
  },
  {
    heading: 'option of `messages()` and `inputs()`',
    file: 'core/src/messages/options.ts',
    interface: 'MessagesOptions',
    applied() {
      const { isPersistent, delayInMs, maxDelayInMs } = checkMessagesOptions({})
      return { persistentSession: isPersistent, retryDelayInMs: delayInMs, maxRetryDelayInMs: maxDelayInMs }
    },
  },
]
