import type { Command } from 'commander'

/**
 * Gives a group a command `help` that reports an unknown command. Commander's own prints the help
 * of the group for it.
 */
export function addHelpCommand(group: Command): void {
  group
    .helpCommand(false)
    .command('help')
    .description('Show the help of a command')
    .argument('[command...]', 'The name of the command, such as rollout pause')
    .action((names: readonly string[]) => findCommand(group, names).help())
}

function findCommand(group: Command, [name, ...below]: readonly string[]): Command {
  if (name === undefined || group.commands.length === 0) return group
  const command = group.commands.find((each) => each.name() === name || each.aliases().includes(name))
  if (command !== undefined) return findCommand(command, below)
  // A group without an action reports an unknown command, and suggests the nearest.
  group.parse([name], { from: 'user' })
  return group
}
