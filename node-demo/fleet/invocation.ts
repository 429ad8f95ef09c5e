import process from 'node:process'

/** `npm run fleet` in the repository runs the fleet, or the command of the package. */
const isScript = process.env['npm_lifecycle_event'] === 'fleet'

/** The command as the user called it, for help texts. */
export const FLEET_COMMAND: string = isScript ? 'npm run fleet --' : 'hubtwin-fleet'

/** The command that starts a local hub, in the same place. */
export const HUB_COMMAND: string = isScript ? 'npm run emulator' : 'npx hubtwin-emulator'
