/**
 * What is open in this page or process, by hub and client identifier. It has to be shared by all twins, since the hub
 * accepts one connection of an identity (MQTT 3.1.1 §3.1.4) and two twins disconnect each other without end.
 */
const open = new Map<string, Set<() => void>>()

/**
 * Notes that a twin connects with an identity.
 *
 * @param key hub and client identifier
 * @param onDuplicate called for both twins, when another one with this key connects at the same time
 * @returns ends the note
 */
export function noteOpenIdentity(key: string, onDuplicate: () => void): () => void {
  const others = open.get(key) ?? new Set()
  const isFirst = others.size === 0
  others.add(onDuplicate)
  open.set(key, others)
  if (!isFirst) for (const call of [...others]) call()
  return () => {
    others.delete(onDuplicate)
    if (others.size === 0 && open.get(key) === others) open.delete(key)
  }
}
