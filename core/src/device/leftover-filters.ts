import type { DeviceIdentity } from '../protocol/identity.ts'
import { identityTopic } from '../protocol/identity-topic.ts'
import type { Filter } from '../protocol/filter.ts'
import { METHOD_FILTER } from '../protocol/method-topics.ts'

/**
 * Lists the filters that an earlier program may have left in a persistent session, and that no
 * feature uses. The hub would go on sending: a method call would wait for its response in vain, and
 * messages without PUBACK would fill the hub's window of 16 (docs/protocol/device.md §2.2 and
 * §3.3).
 */
export function leftoverFilters(identity: DeviceIdentity, used: readonly Filter[]): readonly string[] {
  const messages = identity.moduleId === undefined ? 'messages/devicebound' : 'inputs'
  const known = [METHOD_FILTER.topic, `${identityTopic(identity)}${messages}/#`]
  return known.filter((filter) => used.every(({ topic }) => topic !== filter))
}
