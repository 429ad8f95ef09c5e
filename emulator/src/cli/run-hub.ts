import { startHub } from '../hub/hub.ts'
import { isLoopback } from '../http/loopback.ts'
import type { FaultSpec } from '../faults/fault-spec.ts'
import type { Tier } from '../throttling/tier.ts'
import { authorityFile } from './authority-file.ts'
import { introduction } from './introduction.ts'
import { printableError } from './printable.ts'

export interface StartOptions {
  readonly securePort: number
  readonly plainPort: number
  readonly mqttPort: number
  readonly hostName: string
  readonly origin: readonly string[]
  readonly address: string
  readonly dataFolder?: string
  readonly device: readonly string[]
  readonly tier?: Tier
  readonly units: number
  readonly fault: readonly FaultSpec[]
}

/** Is the hub until a signal ends it. */
export async function runHub({ device, origin, fault, ...options }: StartOptions): Promise<void> {
  const stop = stopSignal()
  const hub = await startHub({
    ...options,
    devices: device,
    origins: origin,
    onError: (error) => console.error(printableError(error)),
  })
  for (const wish of fault) hub.faults.inject(wish)
  const authority = await authorityFile(hub)
  console.log(introduction(hub, authority.path, device))
  if (!isLoopback(options.address)) {
    console.warn(
      `Warning: the hub listens on ${options.address}, and the keys of device1 and iothubowner are public: anyone who reaches it may do anything.`,
    )
  }
  await stop
  await hub.close()
  await authority.remove()
}

/** SIGINT and SIGTERM end the hub in good order; a second one ends it at once. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
  })
}
