import type { Channel } from '../session/features.ts'
import type { FeatureHost } from './feature.ts'

/** The host of the features of a device. */
export interface Hosting {
  readonly host: FeatureHost
  /** No publish waits for PUBACK, and no feature holds the connection. */
  isIdle(): boolean
}

export interface HostingOptions extends Pick<
  FeatureHost,
  'identity' | 'clock' | 'requestTimeoutInMs' | 'announce' | 'isShared'
> {
  /** Features exist before the session, and use it only later. */
  readonly channel: () => Channel
}

export function createHosting({ channel, ...options }: HostingOptions): Hosting {
  let holds = 0

  function hold(): () => void {
    let release = (): void => {
      release = () => {}
      if (--holds === 0) channel().checkIdle()
    }
    holds++
    return () => release()
  }

  return {
    isIdle: () => holds === 0,
    host: {
      ...options,
      publish: (topic, payload) => channel().publish(topic, payload),
      publishAtLeastOnce(topic, payload) {
        const release = hold()
        const sent = channel().publishAtLeastOnce(topic, payload)
        sent.then(release, release)
        return sent
      },
      hold,
      abandon: (error) => channel().abandon(error),
      observe: (observed) => channel().observe(observed),
    },
  }
}
