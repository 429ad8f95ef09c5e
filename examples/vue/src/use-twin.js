import { openTwin } from 'hubtwin/light'
import { onScopeDispose, shallowRef } from 'vue'

/**
 * A twin that lives as long as the component, with its state as refs. `shallowRef`, because the
 * state is frozen and replaced as a whole.
 */
export function useTwin(credentials) {
  const twin = openTwin(credentials)
  const status = shallowRef(twin.status)
  const desired = shallowRef(twin.desired)
  twin.onStatus((now) => (status.value = now))
  twin.onDesired(({ desired: now }) => (desired.value = now))
  onScopeDispose(() => void twin.close())
  return { twin, status, desired }
}
