/** Queries to start with. Each works with the samples of hubtwin and with the simulator. */
export const EXAMPLES: readonly (readonly [name: string, sql: string])[] = [
  ['All devices', 'SELECT * FROM devices'],
  [
    'Reported versions',
    `SELECT deviceId, properties.reported.firmware.version AS version, properties.reported.climate
  FROM devices
  WHERE is_defined(properties.reported.firmware.version)
  ORDER BY deviceId`,
  ],
  [
    'Count by version',
    `SELECT properties.reported.firmware.version AS version, COUNT() AS devices
  FROM devices
  GROUP BY properties.reported.firmware.version`,
  ],
  ['Connected devices', "SELECT deviceId, lastActivityTime FROM devices\n  WHERE connectionState = 'Connected'"],
  ['Modules', 'SELECT deviceId, moduleId, properties FROM devices.modules'],
  ['Jobs', 'SELECT * FROM devices.jobs'],
]
