/** A state of a machine, and what its effects have left around it. */
interface Stateful {
  readonly state: unknown
}

/** An input that can come next. */
export interface Option<Node, Input> {
  readonly input: Input
  /** The node after the event that causes the input. */
  readonly before: Node
}

export interface Edge<Node, Input, Effect> {
  readonly from: Node
  readonly input: Input
  readonly effects: readonly Effect[]
  readonly to: Node
}

/** All nodes that a machine can reach, and every way between them. */
export interface Walk<Node, Input, Effect> {
  readonly nodes: readonly Node[]
  readonly edges: readonly Edge<Node, Input, Effect>[]
}

export interface Machine<Node extends Stateful, Input, Effect> {
  readonly first: Node
  inputsOf(node: Node): readonly Option<Node, Input>[]
  next(state: Node['state'], input: Input): readonly [Node['state'], readonly Effect[]]
  /** Changes the surroundings. Throws when the effect makes no sense. */
  apply(node: Node, effect: Effect): Node
  /** The nodes that follow without an input. */
  silentSteps?(node: Node): readonly Node[]
  /** Nodes with the same key are the same node. Default: all fields count. */
  keyOf?(node: Node): string
}

/** Goes every way that a machine can go, from its first node. */
export function walkThrough<Node extends Stateful, Input, Effect>(
  machine: Machine<Node, Input, Effect>,
): Walk<Node, Input, Effect> {
  const { first, inputsOf, next, apply, silentSteps = () => [], keyOf = JSON.stringify } = machine
  const nodes = new Map<string, Node>()
  const edges: Edge<Node, Input, Effect>[] = []
  const open = [first]
  for (let from = open.pop(); from !== undefined; from = open.pop()) {
    const key = keyOf(from)
    if (nodes.has(key)) continue
    nodes.set(key, from)
    open.push(...silentSteps(from))
    for (const { input, before } of inputsOf(from)) {
      const [state, effects] = next(before.state, input)
      const to = effects.reduce((node, effect) => apply(node, effect), { ...before, state })
      edges.push({ from, input, effects, to })
      open.push(to)
    }
  }
  return { nodes: [...nodes.values()], edges }
}

/** @throws Error with the problem */
export function check(isRight: boolean, problem: string): void {
  if (!isRight) throw new Error(problem)
}
