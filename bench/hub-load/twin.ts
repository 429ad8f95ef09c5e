// The content of every twin, and its patches. The brokers carry the same bytes.

/** About 600 bytes of settings, as in a typical fleet. */
export const desired: Record<string, string | number> = {
  ...Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`setting${at}`, `${'value-'.repeat(5)}${at}`])),
  interval: 30,
}

/** About 150 bytes. */
export const reported: Record<string, string | number> = {
  firmware: '1.12.4-release',
  serial: 'SN-0042-7716-AB',
  temperature: 21.5,
  humidity: 41,
  ...Object.fromEntries(Array.from({ length: 4 }, (_, at) => [`sensor${at}`, `ready-${at}`])),
}

/** A report of a device. */
export function reportOf(step: number): string {
  return JSON.stringify({ temperature: 20 + (step % 100) / 10, humidity: 40 + (step % 20), uptime: step })
}

/** A desired patch of a back end. */
export function desiredPatchOf(step: number): Record<string, string | number> {
  return { interval: 30 + (step % 100), setting0: `value-${step}` }
}

/** As long as the response to a GET. */
export const document: string = JSON.stringify({
  desired: { ...desired, $version: 1 },
  reported: { ...reported, uptime: 100, $version: 100 },
})
