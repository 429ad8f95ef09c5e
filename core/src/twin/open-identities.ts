/**
 * The open twins of this page or process, by hub and client ID. All twins share this map, because
 * the hub accepts a single connection per identity (MQTT 3.1.1 §3.1.4): two twins with the same
 * identity disconnect each other forever.
 */
const open = new Map<string, Set<() => void>>()

/**
 * Registers a twin that connects with an identity.
 *
 * @param key hub and client ID
 * @param onDuplicate called for each twin with this key when another twin registers the same key
 * @returns removes the registration
 */
export function registerOpenIdentity(key: string, onDuplicate: () => void): () => void {
  const twins = open.get(key) ?? new Set()
  const isFirst = twins.size === 0
  twins.add(onDuplicate)
  open.set(key, twins)
  if (!isFirst) for (const call of [...twins]) call()
  return () => {
    twins.delete(onDuplicate)
    if (twins.size === 0 && open.get(key) === twins) open.delete(key)
  }
}
