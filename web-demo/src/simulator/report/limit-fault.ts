import type { Node } from 'jsonc-parser'
import type { TextFault } from './json-fault.ts'

/** Where in the text the value stands that breaks a limit: the core's errors begin with its path, as in `patch.climate.target is …`. */
export function locateLimit(root: Node, message: string): TextFault {
  const { offset, length } = findNode(root, 'patch', message) ?? root
  return { offset, length, message }
}

function findNode(node: Node, at: string, message: string): Node | undefined {
  for (const [index, child] of (node.children ?? []).entries()) {
    const [key, value] = node.type === 'object' ? (child.children ?? []) : [undefined, child]
    // A key that the hub does not take is told of at the object that holds it.
    if (key !== undefined && message.startsWith(`${at} has the key ${JSON.stringify(key.value)} `)) return key
    if (value === undefined) continue
    const path = key === undefined ? `${at}[${index}]` : `${at}.${key.value as string}`
    const inner = findNode(value, path, message)
    if (inner !== undefined) return inner
  }
  return message.startsWith(`${at} `) && at !== 'patch' ? node : undefined
}
