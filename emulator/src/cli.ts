#!/usr/bin/env node
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'
import { developmentPorts } from './development.ts'
import type { Hub } from './hub.ts'
import { startHub } from './hub.ts'
import { isLoopback } from './loopback.ts'
import { Refusal } from './rules/refusal.ts'

interface CliOptions {
  readonly securePort: number
  readonly plainPort: number
  readonly mqttPort: number
  readonly hostName: string
  readonly address: string
  readonly dataFolder?: string
  readonly device: readonly string[]
}

const command = new Command('hubtwin-emulator')
  .description('An Azure IoT Hub for this machine: device twins over MQTT and the service REST API, no cloud account.')
  .addOption(
    new Option('-s, --secure-port <port>', 'port with TLS, 0 for any free one')
      .argParser(parsePort)
      .default(developmentPorts.secure),
  )
  .addOption(
    new Option('-p, --plain-port <port>', 'port without TLS, for pages on localhost; 0 for any free one')
      .argParser(parsePort)
      .default(developmentPorts.plain),
  )
  .addOption(
    new Option(
      '-m, --mqtt-port <port>',
      'port for MQTT straight over TLS, 8883 for the official SDKs; 0 for any free one',
    )
      .argParser(parsePort)
      .default(developmentPorts.mqtt),
  )
  .option('--host-name <name>', 'name of the hub in tokens and user names', 'localhost')
  .option('--address <address>', 'address to listen on', '127.0.0.1')
  .option('-f, --data-folder <folder>', 'keep state and certificates here; without it everything is in memory')
  .addOption(
    new Option('-d, --device <ids>', 'create devices: ids separated by commas, may be repeated')
      .argParser((text: string, before: readonly string[]) => [...before, ...text.split(',').filter(Boolean)])
      .default([], 'only device1'),
  )
  .allowExcessArguments(false)
  .exitOverride()
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, '')) })

try {
  command.parse()
  await run(command.opts<CliOptions>())
} catch (error) {
  process.exitCode = tell(error)
}

async function run(options: CliOptions): Promise<void> {
  const { device, ...rest } = options
  const stop = stopSignal()
  const hub = await startHub({ ...rest, devices: device, onError: (error) => console.error(error) })
  const authority = await authorityFile(hub)
  console.log(introduction(hub, authority.path, device))
  if (!isLoopback(options.address)) {
    console.warn(
      `Warning: the hub listens on ${options.address}, and the keys of device1 and iothubowner are public: anyone who reaches it may do anything.`,
    )
  }
  await stop
  await hub.close()
  await authority.remove()
}

/** SIGINT and SIGTERM end the hub in good order; a second one ends it at once. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
  })
}

/** Without a data folder the CA still needs a file that NODE_EXTRA_CA_CERTS can name. It goes away with the hub; its key is never written. */
async function authorityFile(hub: Hub): Promise<{ path: string; remove: () => Promise<void> }> {
  if (hub.certificateAuthorityFile !== undefined) {
    return { path: hub.certificateAuthorityFile, remove: () => Promise.resolve() }
  }
  const folder = await mkdtemp(join(tmpdir(), 'hubtwin-'))
  const path = join(folder, 'ca.pem')
  await writeFile(path, hub.certificateAuthority)
  await chmod(path, 0o644)
  return { path, remove: () => rm(folder, { recursive: true, force: true }) }
}

function introduction(hub: Hub, authorityPath: string, devices: readonly string[]): string {
  const [first = 'device1'] = devices
  return `The hub ${hub.hostName} is running.

  With TLS     ${hub.endpoints.https}
               ${hub.endpoints.wss}
               ${hub.endpoints.mqtts}
  Without TLS  ${hub.endpoints.http}
               ${hub.endpoints.ws}
  CA           ${authorityPath}

A device:

  export IOTHUB_DEVICE_CONNECTION_STRING=${quoted(hub.connectionStrings.device(first, { plain: true }))}

A back end:

  export IOTHUB_CONNECTION_STRING=${quoted(hub.connectionStrings.service({ plain: true }))}

With TLS, for a device and for a back end:

  export NODE_EXTRA_CA_CERTS=${quoted(authorityPath)}
  export IOTHUB_DEVICE_CONNECTION_STRING=${quoted(hub.connectionStrings.device(first))}
  export IOTHUB_CONNECTION_STRING=${quoted(hub.connectionStrings.service())}
${devices
  .slice(1)
  .map((id) => `\n  ${id}: ${hub.connectionStrings.device(id, { plain: true })}`)
  .join('')}
Press Ctrl+C to stop.`
}

/** As a shell takes it; an id may contain a quote. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

function parsePort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65535) return Number(text)
  throw new InvalidArgumentError('A port is a number from 0 to 65535.')
}

function optionOf(port: unknown): string {
  const { plainPort, mqttPort } = command.opts<CliOptions>()
  if (port === mqttPort) return '--mqtt-port'
  return port === plainPort ? '--plain-port' : '--secure-port'
}

/** One line for whatever went wrong. @returns the exit code: 2 for wrong usage, 1 for the rest */
function tell(error: unknown): number {
  // Commander has said its line already; help and version are no errors.
  if (error instanceof Error && 'exitCode' in error) return error.exitCode === 0 ? 0 : 2
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE' && 'port' in error) {
    console.error(
      `Port ${String(error.port)} is taken. Choose another with ${optionOf(error.port)}, or 0 for any free one.`,
    )
  } else if (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
  ) {
    console.error(`The address ${command.opts<CliOptions>().address} is not one of this machine's.`)
  } else if (error instanceof Refusal || error instanceof Error) {
    console.error(error.message)
  } else {
    console.error(String(error))
  }
  return 1
}
