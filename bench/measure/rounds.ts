/**
 * Runs the parts of a round in turn. The order rotates, so that no part always follows the same
 * other part.
 */
export async function inTurn<Name extends string>(
  names: readonly Name[],
  rounds: number,
  run: (name: Name, round: number) => Promise<void>,
): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const first = round % names.length
    for (const name of [...names.slice(first), ...names.slice(0, first)]) await run(name, round)
  }
}

/** Samples by metric, and by client within a metric, in the order of the rounds. */
export type Collected = { readonly [metric: string]: { readonly [client: string]: number[] } }

/** Plays a round per client and time in turn, and collects the metrics of each. */
export async function collect(
  names: readonly string[],
  rounds: number,
  play: (name: string) => Promise<Readonly<Record<string, number>>>,
): Promise<Collected> {
  const collected: Record<string, Record<string, number[]>> = {}
  await inTurn(names, rounds, async (name) => {
    for (const [metric, value] of Object.entries(await play(name))) {
      const byClient = (collected[metric] ??= Object.fromEntries(names.map((each) => [each, []])))
      byClient[name]?.push(value)
    }
  })
  return collected
}
