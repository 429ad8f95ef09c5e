import { type Packet, generate, parser } from 'mqtt-packet'
import { dial, type Wire } from './dial.ts'
import type { Dialect, Message } from './dialect.ts'
import { deviceIdOf, type Target } from './target.ts'

interface Waiting {
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

/**
 * A device that uses as little of the machine as possible: the measured server runs on the same two
 * cores.
 */
export class LoadDevice {
  readonly deviceId: string
  readonly at: number
  readonly #dialect: Dialect
  readonly #wire: Wire
  readonly #parser = parser({ protocolVersion: 4 })
  #answer: Waiting | undefined
  #notification: (() => void) | undefined
  #failure: Error | undefined
  #steps = 0

  private constructor(target: Target, dialect: Dialect, at: number, localAddress: string, opened: Waiting) {
    this.at = at
    this.deviceId = deviceIdOf(at)
    this.#dialect = dialect
    this.#answer = opened
    this.#parser.on('packet', (packet: Packet) => this.#take(packet))
    this.#wire = dial(target, localAddress, {
      open: () => this.#connect(),
      bytes: (bytes) => void this.#parser.parse(bytes),
      closed: (reason) => this.#fail(new Error(`${this.deviceId}: ${reason}`)),
    })
  }

  /** Resolves when the device is connected and subscribed, and has read its twin. */
  static async open(target: Target, dialect: Dialect, at: number, localAddress: string): Promise<LoadDevice> {
    const device = await new Promise<LoadDevice>((resolve, reject) => {
      const opened = new LoadDevice(target, dialect, at, localAddress, { resolve: () => resolve(opened), reject })
    })
    await device.read()
    return device
  }

  get isIdle(): boolean {
    return this.#answer === undefined && this.#notification === undefined
  }

  read(): Promise<void> {
    return this.#ask(this.#dialect.read(this.deviceId, ++this.#steps))
  }

  report(patch: string): Promise<void> {
    return this.#ask(this.#dialect.report(this.deviceId, ++this.#steps, patch))
  }

  /** Resolves with the next desired patch. */
  notified(): Promise<void> {
    return new Promise((resolve) => {
      this.#notification = resolve
    })
  }

  publish(message: Message): void {
    this.#wire.send(generate({ cmd: 'publish', qos: 0, dup: false, retain: false, ...message }))
  }

  #ask(message: Message): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure)
      this.#answer = { resolve, reject }
      this.publish(message)
    })
  }

  #connect(): void {
    const { username, password } = this.#dialect.login(this.deviceId)
    const login = username === undefined ? {} : { username, password: Buffer.from(password ?? '') }
    this.#wire.send(
      generate({ cmd: 'connect', clientId: this.deviceId, protocolVersion: 4, clean: true, keepalive: 1000, ...login }),
    )
  }

  #take(packet: Packet): void {
    if (packet.cmd === 'connack') {
      if (packet.returnCode !== 0) return this.#fail(new Error(`${this.deviceId}: refused with ${packet.returnCode}`))
      const subscriptions = this.#dialect.filters(this.deviceId).map((topic) => ({ topic, qos: 0 as const }))
      this.#wire.send(generate({ cmd: 'subscribe', messageId: 1, subscriptions }))
    } else if (packet.cmd === 'suback') {
      this.#settle()
    } else if (packet.cmd === 'publish' && this.#dialect.isAnswer(packet.topic)) {
      try {
        this.#dialect.check(packet.topic)
        this.#settle()
      } catch (error) {
        this.#fail(error as Error)
      }
    } else if (packet.cmd === 'publish') {
      const notify = this.#notification
      this.#notification = undefined
      notify?.()
    }
  }

  #settle(): void {
    const answer = this.#answer
    this.#answer = undefined
    answer?.resolve()
  }

  #fail(error: Error): void {
    this.#failure ??= error
    this.#answer?.reject(error)
    this.#answer = undefined
  }
}
