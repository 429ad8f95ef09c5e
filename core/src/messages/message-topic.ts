/** The parts of the topic of a message. */
export interface MessageTopic {
  readonly bag: string
  /** The input of a module. */
  readonly input?: string
}

/**
 * Messages of a device have the topic `{root}/{bag}`, those of inputs `{root}/{input}/{bag}`
 * (docs/protocol/device.md §3.1 and §5).
 *
 * @returns `undefined` for a topic of another feature
 */
export function parseMessageTopic(topic: string, root: string, hasInput: boolean): MessageTopic | undefined {
  if (topic !== root && !topic.startsWith(`${root}/`)) return undefined
  const rest = topic.slice(root.length + 1)
  if (!hasInput) return { bag: rest }
  const at = rest.indexOf('/')
  return at < 0 ? { bag: '', input: rest } : { bag: rest.slice(at + 1), input: rest.slice(0, at) }
}
