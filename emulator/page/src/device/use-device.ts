import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { reasonOf } from '../common/reason.ts'
import { useFeed } from '../common/use-feed.ts'
import { type DeviceOverview, HubError, readDevice, type Target } from '../hub/hub-api.ts'

export type DeviceState =
  | { readonly type: 'reading' }
  | { readonly type: 'known'; readonly overview: DeviceOverview }
  | { readonly type: 'gone' }
  | { readonly type: 'failed'; readonly reason: string }

/** Reads the twin of a device again after each event about the device, one request at a time. */
export function useDevice(target: Target): readonly [DeviceState, () => void] {
  const feed = useFeed()
  const { deviceId, moduleId } = target
  const [state, setState] = useState<DeviceState>({ type: 'reading' })
  const reading = useRef<'no' | 'yes' | 'again'>('no')

  const read = useCallback(async () => {
    if (reading.current !== 'no') {
      reading.current = 'again'
      return
    }
    do {
      reading.current = 'yes'
      setState(await stateOf(target))
      // Another call may set `again` during the await.
    } while ((reading.current as string) === 'again')
    reading.current = 'no'
  }, [deviceId, moduleId])

  useEffect(() => {
    void read()
    return feed.onEvent((event) => {
      // The device lists its modules, so their events count as well.
      const isMine = event.type !== 'missed' && event.deviceId === deviceId
      if (event.type === 'missed' || (isMine && event.type !== 'telemetry')) void read()
    })
  }, [feed, read])

  return [state, () => void read()]
}

async function stateOf(target: Target): Promise<DeviceState> {
  try {
    return { type: 'known', overview: await readDevice(target) }
  } catch (error) {
    if (error instanceof HubError && error.status === 404) return { type: 'gone' }
    return { type: 'failed', reason: reasonOf(error) }
  }
}
