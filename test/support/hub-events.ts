import type { Hub, HubEvent } from '../../emulator/src/index.ts'
import { later } from './cleanup.ts'
import { within } from './waits.ts'

type EventOf<Type extends HubEvent['type']> = Extract<HubEvent, { type: Type }>

export interface Heard {
  readonly all: readonly HubEvent[]
  /** Resolves with the first event of a type, past or future, that no call has returned yet. */
  next<Type extends HubEvent['type']>(type: Type): Promise<EventOf<Type>>
}

/** Collects the events of a hub from now on: all, or those of a device. */
export function hear(hub: Hub, deviceId?: string): Heard {
  const all: HubEvent[] = []
  const taken = new Set<HubEvent>()
  const waiting = new Set<() => void>()
  later(
    hub.events.listen((event) => {
      if (deviceId !== undefined && !('deviceId' in event && event.deviceId === deviceId)) return
      all.push(event)
      for (const check of waiting) check()
    }),
  )
  function next<Type extends HubEvent['type']>(type: Type): Promise<EventOf<Type>> {
    const found = new Promise<EventOf<Type>>((resolve) => {
      const check = (): void => {
        const event = all.find((each): each is EventOf<Type> => each.type === type && !taken.has(each))
        if (event === undefined) return
        taken.add(event)
        waiting.delete(check)
        resolve(event)
      }
      waiting.add(check)
      check()
    })
    return within(`an event of type ${type}`, found)
  }
  return { all, next }
}
