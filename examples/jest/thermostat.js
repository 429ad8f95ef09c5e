import { openTwin } from 'hubtwin'

/** A device that adopts its desired target temperature. */
export function startThermostat(connectionString) {
  const twin = openTwin(connectionString)
  twin.onDesired('target', ({ value }) => {
    twin.report({ target: value ?? null }).catch((error) => console.error(error.code, error.message))
  })
  return twin
}
