import type { Node } from 'jsonc-parser'
import { readJson, type TextProblem } from './json-text.ts'

export type PatchText =
  | { readonly type: 'problem'; readonly problem: TextProblem }
  | { readonly type: 'patch'; readonly patch: { readonly [key: string]: unknown } }

/** Throws an error with the path of the bad value, as hubtwin's `checkPatch()` does. */
export type PatchCheck = (patch: object) => void

/**
 * Reads the text of a JSON merge patch.
 *
 * @param check finds values that the hub would reject
 */
export function readPatch(text: string, check: PatchCheck = () => undefined): PatchText {
  if (text.trim() === '') return problemAt({ offset: 0, length: 0 }, 'write a JSON object')
  const json = readJson(text)
  if (json.type === 'problem') return json
  const { value, root } = json
  if (root.type !== 'object') return problemAt(root, 'a patch is an object; put it in { }')
  const patch = value as { readonly [key: string]: unknown }
  try {
    check(patch)
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error
    const { path = [] } = error as { readonly path?: readonly string[] }
    return problemAt(locate(root, path), error.message)
  }
  return { type: 'patch', patch }
}

function problemAt({ offset, length }: Pick<Node, 'offset' | 'length'>, message: string): PatchText {
  return { type: 'problem', problem: { offset, length, message } }
}

/**
 * @param path keys and array indices, from the root down
 * @returns the whole property, key and value, because a path does not show which of the two is bad
 */
export function locate(root: Node, path: readonly string[]): Node {
  let [found, value] = [root, root]
  for (const step of path) {
    const child = value.type === 'array' ? value.children?.[Number(step)] : propertyOf(value, step)
    if (child === undefined) return found
    found = child
    value = child.type === 'property' ? (child.children?.[1] ?? child) : child
  }
  return found
}

function propertyOf(object: Node, key: string): Node | undefined {
  return object.children?.find(({ children }) => children?.[0]?.value === key)
}
