import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { reasonOf } from '../common/problem.ts'
import { useFeed } from '../common/use-feed.ts'
import type { DeviceOverview, Target } from '../hub/calls.ts'
import { HubError, readDevice } from '../hub/calls.ts'

export type DeviceState =
  | { readonly type: 'reading' }
  | { readonly type: 'known'; readonly overview: DeviceOverview }
  | { readonly type: 'gone' }
  | { readonly type: 'failed'; readonly reason: string }

/** The twin of a device, read anew when an event says that something of it has changed: one request at a time. */
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
      // `again` is set by others, while this one waits.
    } while ((reading.current as string) === 'again')
    reading.current = 'no'
  }, [deviceId, moduleId])

  useEffect(() => {
    void read()
    return feed.onTold((told) => {
      // A module that comes or goes shows in its device.
      const isMine = told.type !== 'missed' && told.deviceId === deviceId
      if (told.type === 'missed' || (isMine && told.type !== 'telemetry')) void read()
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
