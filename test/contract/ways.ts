/** How the contract opens twins: over both transports, with and without TLS, alone and shared. */
export const WAYS = [
  ['ws', 'openTwin'],
  ['wss', 'openTwin'],
  ['ws', 'openLightTwin'],
  ['wss', 'openLightTwin'],
  // Each test has its own device, so each of these twins leads.
  ['ws', 'openSharedTwin'],
  ['ws', 'openLightSharedTwin'],
] as const
