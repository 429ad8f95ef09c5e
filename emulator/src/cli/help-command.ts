import type { Command } from 'commander'

/**
 * Gives a program and its groups a command `help` that reports an unknown command. Commander's own
 * prints the help of the group for it.
 */
export function addHelpCommands(group: Command): void {
  for (const command of group.commands) if (command.commands.length > 0) addHelpCommands(command)
  group
    .helpCommand(false)
    .command('help')
    .description('Show the help of a command')
    .argument('[command...]', 'The name of the command, such as fault lose')
    .action((names: readonly string[]) => findCommand(group, names).help())
}

function findCommand(group: Command, [name, ...below]: readonly string[]): Command {
  if (name === undefined || group.commands.length === 0) return group
  const command = group.commands.find((each) => each.name() === name)
  return command === undefined ? rejectUnknownCommand(group, name) : findCommand(command, below)
}

/** Commander lists and suggests commands only for a program without an action. */
export function rejectUnknownCommand(group: Command, unknown: string): never {
  const plain = group.createCommand(nameOf(group)).copyInheritedSettings(group).showHelpAfterError()
  plain.description(group.description())
  for (const each of group.commands) plain.command(each.name()).description(each.description())
  plain.parse([unknown], { from: 'user' })
  throw new Error(`unknown command '${unknown}'`)
}

/** `hubtwin-emulator fault` for the group `fault`. */
function nameOf(command: Command): string {
  return command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`
}
