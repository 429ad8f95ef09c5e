import { openTwin, type Twin, type TwinObservation, type TwinOptions } from 'hubtwin'

/** The smallest page with a twin. The test reaches it through `window.twinPage`. */
export interface TwinPage {
  open(connectionString: string, options: TwinOptions): void
  readonly twin: Twin
  readonly seen: readonly TwinObservation[]
}

const seen: TwinObservation[] = []
let twin: Twin | undefined

const twinPage: TwinPage = {
  open(connectionString, options) {
    twin = openTwin(connectionString, { ...options, observer: (observation) => seen.push(observation) })
  },
  get twin() {
    if (twin === undefined) throw new Error('Not open')
    return twin
  },
  seen,
}
Object.assign(window, { twinPage })
