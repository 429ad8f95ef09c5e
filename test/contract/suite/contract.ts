import { desired } from './desired.ts'
import { ending } from './ending.ts'
import { nonsense } from './nonsense.ts'
import { opening } from './opening.ts'
import { reporting } from './reporting.ts'
import { resyncing } from './resyncing.ts'
import { deviceMessages } from './device-messages.ts'
import { deviceMethods } from './device-methods.ts'
import { deviceTelemetry } from './device-telemetry.ts'
import type { Opener, Sentence } from './sentence.ts'

/**
 * The behavior that hubtwin guarantees at a hub in every runtime. No file of this folder depends on
 * a runtime.
 */
const contract: readonly Sentence[] = [...opening, ...desired, ...reporting, ...resyncing, ...nonsense, ...ending]

/** The behavior of a device. For a shared device, the light transport suffices. */
const ofDevices: readonly Sentence[] = [...deviceTelemetry, ...deviceMethods, ...deviceMessages]

export function contractOf(opener: Opener): readonly Sentence[] {
  return opener === 'openSharedTwin' ? contract : [...contract, ...ofDevices]
}
