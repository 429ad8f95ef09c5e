import { parseTopic } from '../../../core/src/protocol/topics.ts'
import type { Device } from '../device.ts'

/**
 * The client delivers an in-order patch on a live connection at once, without a GET. The connection
 * is live if the bytes of the patch arrived. No GET may be in flight, because the client holds
 * patches during a GET.
 */
export function faultsOfNotifications({ seen, listeners }: Device): string[] {
  const faults: string[] = []
  let delivered = 0
  let isReady = false
  let expected: number | undefined
  const reads = new Set<string>()
  for (const event of seen) {
    if (event.type === 'delivered') {
      if (event.listener !== listeners[0]) continue
      delivered = event.change.version
      if (delivered === expected) expected = undefined
      continue
    }
    if (expected !== undefined) faults.push(`version ${expected} was notified in order and not delivered`)
    expected = undefined
    if (event.type !== 'observed') continue
    const { observation } = event
    if (observation.type === 'state') {
      isReady = observation.state === 'ready'
      reads.clear()
    }
    if (observation.type === 'sent' && observation.packet === 'PUBLISH' && observation.topic.includes('/GET/')) {
      reads.clear()
      reads.add(observation.topic.split('$rid=')[1] ?? '')
    }
    if (observation.type !== 'received' || observation.packet !== 'PUBLISH') continue
    const topic = parseTopic(observation.topic)
    // The client repeats a failed GET on the same connection, and holds patches until then.
    if (topic.type === 'response' && topic.status === 200) reads.delete(topic.rid)
    const isNext = topic.type === 'desired' && topic.version === delivered + 1
    if (isNext && isReady && reads.size === 0 && isJson(observation.payload)) expected = topic.version
  }
  return faults
}

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object'
  } catch {
    return false
  }
}
