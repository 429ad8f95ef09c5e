import { openTwin as openMqttTwin, type Twin, type TwinObservation, type TwinOptions } from 'hubtwin'
import { openTwin as openLightTwin } from 'hubtwin/light'

const openers = { light: openLightTwin, 'mqtt.js': openMqttTwin }

export type TransportName = keyof typeof openers

/** The smallest page with a twin. The test calls it through `window.twinPage`. */
export interface TwinPage {
  /** @param transport @default light */
  open(connectionString: string, options: TwinOptions, transport?: TransportName): void
  readonly twin: Twin
  readonly seen: readonly TwinObservation[]
}

const seen: TwinObservation[] = []
let twin: Twin | undefined

const twinPage: TwinPage = {
  open(connectionString, options, transport = 'light') {
    twin = openers[transport](connectionString, { ...options, observer: (observation) => seen.push(observation) })
  },
  get twin() {
    if (twin === undefined) throw new Error('Not open')
    return twin
  },
  seen,
}
Object.assign(window, { twinPage })
