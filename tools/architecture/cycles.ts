import { posix } from 'node:path'
import type { Module, Violation } from './module.ts'

/**
 * Import cycles among files of the repository. Type imports count: files in a cycle cannot be
 * read, moved, or tested alone.
 *
 * @returns a violation for each group of files that import each other, at its shortest cycle
 */
export function cycleViolations(modules: readonly Module[]): Violation[] {
  const graph = importGraph(modules)
  return [...groups(graph)].map((group) => {
    const cycle = shortestCycle(graph, group)
    const [first = '', second = first] = cycle
    const line = graph.get(first)?.get(second) ?? 1
    return { file: first, line, message: `import cycle: ${[...cycle, first].join(' → ')}` }
  })
}

/** The files that each file imports, with the line of the first import. */
type Graph = ReadonlyMap<string, ReadonlyMap<string, number>>

function importGraph(modules: readonly Module[]): Graph {
  const files = new Set(modules.map(({ file }) => file))
  return new Map(
    modules.map(({ file, imports }) => {
      const targets = new Map<string, number>()
      for (const { specifier, line } of imports) {
        if (!specifier.startsWith('.')) continue
        const target = posix.join(posix.dirname(file), specifier)
        if (files.has(target) && !targets.has(target)) targets.set(target, line)
      }
      return [file, targets]
    }),
  )
}

/** Groups of files that reach each other: strongly connected components (Tarjan 1972). */
function groups(graph: Graph): string[][] {
  const found: string[][] = []
  const order = new Map<string, number>()
  const low = new Map<string, number>()
  const stack: string[] = []

  function visit(file: string): void {
    order.set(file, order.size)
    low.set(file, order.get(file) ?? 0)
    stack.push(file)
    for (const target of graph.get(file)?.keys() ?? []) {
      if (!order.has(target)) {
        visit(target)
        low.set(file, Math.min(low.get(file) ?? 0, low.get(target) ?? 0))
      } else if (stack.includes(target)) {
        low.set(file, Math.min(low.get(file) ?? 0, order.get(target) ?? 0))
      }
    }
    if (low.get(file) !== order.get(file)) return
    const group = stack.splice(stack.indexOf(file))
    if (group.length > 1 || graph.get(file)?.has(file)) found.push(group.sort())
  }

  for (const file of graph.keys()) if (!order.has(file)) visit(file)
  return found
}

function shortestCycle(graph: Graph, group: readonly string[]): readonly string[] {
  const cycles = group.map((start) => cycleThrough(graph, start, new Set(group)))
  return cycles.reduce((best, cycle) => (cycle.length < best.length ? cycle : best))
}

/** Breadth-first search from a file back to itself. Every file of a group has such a path. */
function cycleThrough(graph: Graph, start: string, group: ReadonlySet<string>): readonly string[] {
  const seen = new Set<string>()
  const paths: (readonly string[])[] = [[start]]
  for (const path of paths) {
    for (const target of graph.get(path.at(-1) ?? start)?.keys() ?? []) {
      if (target === start) return path
      if (!group.has(target) || seen.has(target)) continue
      seen.add(target)
      paths.push([...path, target])
    }
  }
  return [...group]
}
