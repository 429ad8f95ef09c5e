import type { Credentials } from '../credentials/credentials.ts'
import { createChannel } from '../session/channel.ts'
import type { Clock } from '../session/clock.ts'
import type { Channel } from '../session/features.ts'
import type { OpenDeviceWire } from '../session/wire.ts'
import { createFacade, type Facade, openFacade, updateFacade } from '../twin/facade.ts'
import { readDocument } from '../twin/followed-twin.ts'
import { createHubLink } from '../twin/hub-link.ts'
import type { CheckedOptions } from '../twin/options.ts'
import { attachFeatures, type FeatureSet } from './attach-features.ts'
import { closeAfter, readCloseTimeout } from './close.ts'
import type { CloseOptions, DeviceBase } from './device.ts'
import { createHosting } from './hosting.ts'

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

  async function close(closeOptions?: CloseOptions): Promise<void> {
    const timeoutInMs = readCloseTimeout(closeOptions)
    await (closing ??= closeAfter(attached.close(), timeoutInMs, clock, link.close))
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
