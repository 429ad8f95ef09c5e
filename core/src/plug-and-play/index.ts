export { buildAcknowledgmentPatch, readAcknowledgment } from './acknowledgments.ts'
export { joinCommandName, splitCommandName } from './commands.ts'
export { buildComponentPatch, readComponent } from './components.ts'
export { listUnacknowledged } from './list-unacknowledged.ts'
export { TELEMETRY_COMPONENT } from './telemetry.ts'

export type { Acknowledgment, PropertyName } from './acknowledgments.ts'
export type { CommandName } from './commands.ts'
export type { DesiredProperty } from './list-unacknowledged.ts'
