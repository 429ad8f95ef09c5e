import type { Credentials } from '../credentials/credentials.ts'
import { checkObject } from '../protocol/check-options.ts'
import { checkCount } from '../protocol/count.ts'
import { createChannel } from '../session/channel.ts'
import type { Clock } from '../session/clock.ts'
import type { Channel } from '../session/features.ts'
import type { OpenDeviceWire } from '../session/wire.ts'
import { createFacade, type Facade, openFacade, updateFacade } from '../twin/facade.ts'
import { readDocument } from '../twin/followed-twin.ts'
import { createHubLink } from '../twin/hub-link.ts'
import type { CheckedOptions } from '../twin/options.ts'
import { attachFeatures, type FeatureSet } from './attach-features.ts'
import type { CloseOptions, DeviceBase } from './device.ts'
import { createHosting } from './hosting.ts'

const CLOSE_TIMEOUT_IN_MS = 5000

/**
 * Joins a twin and its features. The features exist before the connection, so that they miss no
 * message.
 */
export function createDevice(
  credentials: Credentials,
  options: CheckedOptions,
  use: FeatureSet,
  openWire: OpenDeviceWire,
  clock: Clock,
): DeviceBase {
  let closing: Promise<void> | undefined
  const { requestTimeoutInMs } = options
  const { identity } = credentials
  const hosting = createHosting({
    ...{ identity, clock, requestTimeoutInMs, channel: (): Channel => channel },
    ...{ announce() {}, isShared: false },
  })
  const attached = attachFeatures(use, hosting)
  const link = createHubLink({
    ...{ credentials, options, features: attached.features, openWire, clock },
    onUpdate: (update) => updateFacade(facade, update),
    document: () => readDocument(facade.followed),
  })
  const channel = createChannel(link.connection)
  const facade: Facade = createFacade({ settings: options, link: { ...link, close: () => close() }, clock })

  async function finish(timeoutInMs: number): Promise<void> {
    const flushed = attached.close()
    if (timeoutInMs > 0) {
      await new Promise<void>((resolve) => {
        const stopTimer = clock.after(timeoutInMs, resolve)
        void flushed.then(stopTimer).then(resolve)
      })
    }
    await link.close()
    // The storage of a feature may need longer, and has its own deadline.
    await flushed
  }

  async function close(closeOptions: CloseOptions = {}): Promise<void> {
    const { timeoutInMs = CLOSE_TIMEOUT_IN_MS } = checkObject('options', closeOptions)
    checkCount('timeoutInMs', timeoutInMs, 0)
    await (closing ??= finish(timeoutInMs))
  }

  openFacade(facade, link.start, (event) => link[event]())
  const twin = Object.freeze(facade.twin)
  return Object.freeze({
    ...attached.apis,
    twin,
    get status() {
      return twin.status
    },
    onStatus: twin.onStatus,
    close,
  })
}
