import type { Filter } from './filter.ts'

const REQUEST = '$iothub/methods/POST/'

/**
 * The filter of all direct methods. There is none for a single method. QoS 0 suffices: a clean
 * session repeats no call (docs/protocol/device.md §2.1).
 */
export const METHOD_FILTER: Filter = { topic: `${REQUEST}#`, qos: 0 }

/** `rid` is as the hub wrote it, because the response repeats it byte for byte. */
export interface MethodRequest {
  readonly name: string
  readonly rid: string
}

/** @returns `undefined` for a topic that is malformed or not of a call */
export function parseMethodTopic(topic: string): MethodRequest | undefined {
  if (!topic.startsWith(REQUEST)) return undefined
  // {name}/?$rid={rid}
  const [name, query, ...more] = topic.slice(REQUEST.length).split('/?')
  const rid = query
    ?.split('&')
    .find((pair) => pair.startsWith('$rid='))
    ?.slice('$rid='.length)
  return name && rid && more.length === 0 ? { name, rid } : undefined
}

export function methodResponseTopic(status: number, rid: string): string {
  return `$iothub/methods/res/${status}/?$rid=${rid}`
}
