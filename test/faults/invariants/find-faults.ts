import type { Device } from '../device.ts'
import type { Plan } from '../plan.ts'
import type { Play } from '../play.ts'
import { faultsOfConnects } from './of-connects.ts'
import { faultsOfDeliveries } from './of-deliveries.ts'
import { faultsOfMessages } from './of-messages.ts'
import { faultsOfMethods } from './of-methods.ts'
import { faultsOfNotifications } from './of-notifications.ts'
import { faultsOfRefreshes } from './of-refreshes.ts'
import { faultsOfReports } from './of-reports.ts'
import { faultsOfSecrecy } from './of-secrecy.ts'
import { faultsOfTelemetry } from './of-telemetry.ts'

/** The invariants after any plan, checked when the device is in sync again. */
export function findFaults(device: Device, play: Play, plan: Plan): readonly string[] {
  return [
    ...faultsOfDeliveries(device, play.history),
    ...faultsOfNotifications(device),
    ...faultsOfReports(play, plan),
    ...faultsOfRefreshes(play),
    ...faultsOfConnects(device),
    ...faultsOfTelemetry(device, play, plan),
    ...faultsOfMethods(device, play),
    ...faultsOfMessages(device, play),
    ...faultsOfSecrecy(device, play),
  ]
}
