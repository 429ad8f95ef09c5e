import { localConnectionString } from '../../shared/local-hub.ts'
import type { Grant } from './grant.ts'
import type { DeviceSettings, Link } from './link.ts'

export function localGrant(deviceId = 'device1'): Grant {
  return { type: 'connectionString', text: localConnectionString(deviceId) }
}

/** The link that leads back to a device. It holds no secret, so not every device has a link. */
export function linkFor(grant: Grant, settings: DeviceSettings): Link {
  if (grant.type === 'service') return { service: grant.service.address, settings }
  const deviceId = /;DeviceId=([^;]+)/.exec(grant.text)?.[1] ?? ''
  if (grant.text !== localConnectionString(deviceId)) return { settings }
  return { connect: 'local', device: deviceId === 'device1' ? undefined : deviceId, settings }
}
