/** The topics of the twin over MQTT (protocol sheet 4.1). */
export const answerFilter = '$iothub/twin/res/#'
export const desiredFilter = '$iothub/twin/PATCH/properties/desired/#'

/** Filters that the hub grants; anything else gets 0x80 (protocol sheet 1.3). */
export function isKnownFilter(filter: string): boolean {
  return filter === answerFilter || filter === desiredFilter
}

/** What a device asks by publishing. `rid` and `version` are as they were sent, since the hub echoes the rid byte for byte. */
export type TwinRequest =
  | { readonly type: 'get'; readonly rid: string | undefined }
  | { readonly type: 'patch'; readonly rid: string | undefined; readonly version: string | undefined }

/** @returns undefined for a topic that no device may publish to */
export function parsePublishTopic(topic: string): TwinRequest | undefined {
  const get = after('$iothub/twin/GET/', topic)
  if (get !== undefined) return { type: 'get', rid: get.get('$rid') }
  const patch = after('$iothub/twin/PATCH/properties/reported/', topic)
  if (patch !== undefined) return { type: 'patch', rid: patch.get('$rid'), version: patch.get('$version') }
  return undefined
}

export function answerTopic(status: number, rid: string, version?: number): string {
  return `$iothub/twin/res/${status}/?$rid=${rid}${version === undefined ? '' : `&$version=${version}`}`
}

export function desiredTopic(version: number): string {
  return `$iothub/twin/PATCH/properties/desired/?$version=${version}`
}

function after(prefix: string, topic: string): Map<string, string> | undefined {
  if (!topic.startsWith(prefix)) return undefined
  const rest = topic.slice(prefix.length)
  if (rest === '') return new Map()
  if (!rest.startsWith('?')) return undefined
  const pairs = rest.slice(1).split('&')
  return new Map(
    pairs.map((pair) => {
      const at = pair.indexOf('=')
      return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)]
    }),
  )
}
