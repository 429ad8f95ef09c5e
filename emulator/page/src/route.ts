import { useEffect, useState } from 'preact/hooks'
import type { Target } from './hub/hub-api.ts'

/** `#/devices/{id}` and `#/devices/{id}/modules/{id}`. */
export function parseRoute(hash: string): Target | undefined {
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

/** The device or module in the URL. */
export function useRoute(): Target | undefined {
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
