import { openSharedDevice as openLightDevice, type SharedDevice } from 'hubtwin/light/shared-device'
import { messages } from 'hubtwin/messages'
import { methods } from 'hubtwin/methods'
import { openSharedDevice as openMqttDevice } from 'hubtwin/shared-device'
import { telemetry } from 'hubtwin/telemetry'

/** The features of each tab. */
function features(): { telemetry: ReturnType<typeof telemetry> } & {
  methods: ReturnType<typeof methods>
  messages: ReturnType<typeof messages>
} {
  return { telemetry: telemetry(), methods: methods(), messages: messages() }
}

/** A tab with a shared device and its records. The test calls it through `window.tab`. */
export interface DeviceTabPage {
  open(connectionString: string, transport: 'light' | 'mqtt.js'): void
  readonly device: SharedDevice<ReturnType<typeof features>>
  /** Sends the numbers from 1 to `last`, with the IDs `{name}-{n}`. */
  send(name: string, last: number): Promise<void>
  /** Handles the method `name` with this name. */
  answer(name: string): void
  /** Accepts messages, or keeps each open. */
  listen(accepts: boolean): void
  /** The messages that the app has got, marked with `!` when redelivered. */
  readonly received: readonly string[]
}

const openers = { light: openLightDevice, 'mqtt.js': openMqttDevice }
const received: string[] = []
let device: DeviceTabPage['device'] | undefined

const page: DeviceTabPage = {
  open(connectionString, transport) {
    device = openers[transport](connectionString, { use: features(), retryDelayInMs: 50 })
  },
  get device() {
    if (device === undefined) throw new Error('Not open')
    return device
  },
  async send(name, last) {
    const sent = Array.from({ length: last }, (_, index) =>
      page.device.telemetry.send(index + 1, { messageId: `${name}-${index + 1}` }),
    )
    await Promise.all(sent)
  },
  answer: (name) => void page.device.methods.handle('name', () => name),
  listen(accepts) {
    page.device.messages.listen(({ text, isRedelivered }) => {
      received.push(`${text}${isRedelivered ? '!' : ''}`)
      return accepts ? undefined : new Promise(() => {})
    })
  },
  received,
}
Object.assign(window, { tab: page })
