import { type Packet, generate, parser } from 'mqtt-packet'
import { dial } from './dial.ts'
import type { Dialect, Message } from './dialect.ts'
import { deviceIdOf, type Target } from './target.ts'

/**
 * A device that uses as little of the machine as possible: the measured server runs on the same two
 * cores.
 */
export interface LoadDevice {
  readonly at: number
  /** Whether the device waits neither for a response nor for a desired patch. */
  isIdle(): boolean
  read(): Promise<void>
  report(patch: string): Promise<void>
  /** Resolves with the next desired patch. */
  notified(): Promise<void>
  publish(message: Message): void
}

interface Waiting {
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

/** Resolves when the device is connected and subscribed, and has read its twin. */
export async function openLoadDevice(
  target: Target,
  dialect: Dialect,
  at: number,
  localAddress: string,
): Promise<LoadDevice> {
  const deviceId = deviceIdOf(at)
  const packets = parser({ protocolVersion: 4 })
  let answer: Waiting | undefined
  let notification: (() => void) | undefined
  let failure: Error | undefined
  let steps = 0

  const subscribed = new Promise<void>((resolve, reject) => {
    answer = { resolve, reject }
  })
  packets.on('packet', take)
  const wire = dial(target, localAddress, {
    open: connect,
    bytes: (bytes) => void packets.parse(bytes),
    closed: (reason) => fail(new Error(`${deviceId}: ${reason}`)),
  })

  function connect(): void {
    const { username, password } = dialect.login(deviceId)
    const login = username === undefined ? {} : { username, password: Buffer.from(password ?? '') }
    wire.send(
      generate({ cmd: 'connect', clientId: deviceId, protocolVersion: 4, clean: true, keepalive: 1000, ...login }),
    )
  }

  function take(packet: Packet): void {
    if (packet.cmd === 'connack') {
      if (packet.returnCode !== 0) return fail(new Error(`${deviceId}: refused with ${packet.returnCode}`))
      const subscriptions = dialect.filters(deviceId).map((topic) => ({ topic, qos: 0 as const }))
      wire.send(generate({ cmd: 'subscribe', messageId: 1, subscriptions }))
    } else if (packet.cmd === 'suback') {
      settle()
    } else if (packet.cmd === 'publish' && dialect.isAnswer(packet.topic)) {
      try {
        dialect.check(packet.topic)
        settle()
      } catch (error) {
        fail(error as Error)
      }
    } else if (packet.cmd === 'publish') {
      const notify = notification
      notification = undefined
      notify?.()
    }
  }

  function settle(): void {
    const settled = answer
    answer = undefined
    settled?.resolve()
  }

  function fail(error: Error): void {
    failure ??= error
    answer?.reject(error)
    answer = undefined
  }

  function publish(message: Message): void {
    wire.send(generate({ cmd: 'publish', qos: 0, dup: false, retain: false, ...message }))
  }

  function ask(message: Message): Promise<void> {
    return new Promise((resolve, reject) => {
      if (failure !== undefined) return reject(failure)
      answer = { resolve, reject }
      publish(message)
    })
  }

  const read = (): Promise<void> => ask(dialect.read(deviceId, ++steps))

  await subscribed
  await read()
  return {
    at,
    isIdle: () => answer === undefined && notification === undefined,
    read,
    report: (patch) => ask(dialect.report(deviceId, ++steps, patch)),
    notified: () =>
      new Promise((resolve) => {
        notification = resolve
      }),
    publish,
  }
}
