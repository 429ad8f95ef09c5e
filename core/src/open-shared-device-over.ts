import { readArguments } from './arguments.ts'
import type { Credentials } from './credentials/credentials.ts'
import type { FeatureSet } from './device/attach-features.ts'
import { createLeadingLink } from './device/leading-link.ts'
import type { FeatureApis, SharedDeviceOptions } from './device/shared-device.ts'
import { findTabs } from './runtime/page-tabs.ts'
import { systemClock } from './session/clock.ts'
import type { OpenWire } from './session/wire.ts'
import { createSharedTwin, type SharedTwin } from './tabs/create-shared-twin.ts'

/** `openSharedDevice` over a transport of its entry's choice. */
export function openSharedDeviceOver<Use extends FeatureSet>(
  openWire: OpenWire,
  credentials: Credentials | string,
  options: SharedDeviceOptions<Use>,
): SharedTwin {
  const { use, onLead, ...ofTwin } = options
  const checked = readArguments(credentials, ofTwin)
  // The APIs come from `use`, which no type can follow through a record.
  const createLink = createLeadingLink(use, (apis) => onLead?.(apis as FeatureApis<Use>))
  return createSharedTwin(checked.credentials, checked.options, openWire, systemClock, findTabs(), createLink)
}
