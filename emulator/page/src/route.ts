import { useEffect, useState } from 'preact/hooks'
import type { Target } from './hub/hub-api.ts'

/** The pane that is open next to the devices and the events. */
export type Route =
  | { readonly type: 'devices' }
  | { readonly type: 'device'; readonly target: Target }
  | { readonly type: 'configurations' }
  | { readonly type: 'query' }

export const CONFIGURATIONS_ROUTE = '#/configurations'
export const QUERY_ROUTE = '#/query'

/** `#/configurations`, `#/query`, `#/devices/{id}`, and `#/devices/{id}/modules/{id}`. */
export function parseRoute(hash: string): Route {
  if (hash === CONFIGURATIONS_ROUTE) return { type: 'configurations' }
  if (hash === QUERY_ROUTE) return { type: 'query' }
  const target = targetIn(hash)
  return target === undefined ? { type: 'devices' } : { type: 'device', target }
}

function targetIn(hash: string): Target | undefined {
  const [, device, module] = /^#\/devices\/([^/]+)(?:\/modules\/([^/]+))?$/.exec(hash) ?? []
  const deviceId = decode(device)
  const moduleId = decode(module)
  if (deviceId === undefined) return undefined
  return moduleId === undefined ? { deviceId } : { deviceId, moduleId }
}

export function routeTo({ deviceId, moduleId }: Target): string {
  const device = `#/devices/${encodeURIComponent(deviceId)}`
  return moduleId === undefined ? device : `${device}/modules/${encodeURIComponent(moduleId)}`
}

/** The route in the URL. */
export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash)
  useEffect(() => {
    const update = (): void => setHash(location.hash)
    addEventListener('hashchange', update)
    return () => removeEventListener('hashchange', update)
  }, [])
  return parseRoute(hash)
}

function decode(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : decodeURIComponent(text)
  } catch {
    return undefined
  }
}
