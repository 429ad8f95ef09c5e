/**
 * Does everything at once: reads the twin, reports state, and follows the desired properties until
 * Ctrl+C.
 */
import { openTwin } from 'hubtwin'
import { acceptOnlyHelp } from './arguments.ts'
import { deviceConnectionString } from './connection.ts'
import { printDesired } from './print-desired.ts'
import { print } from './terminal.ts'
import { closeOnInterrupt, fail, printWaiting } from './failures.ts'

acceptOnlyHelp(
  'npm run demo:all-together',
  'Print the twin, report state, and print every change of the desired properties, until Ctrl+C.',
)
const twin = openTwin(deviceConnectionString())
console.log('Client created.')
printWaiting(twin)
closeOnInterrupt(twin)

const { desired, reported, versions } = await twin.ready().catch(fail('Error opening client'))
console.log('Client opened.')
console.log('Twin created.')

console.log('Getting twin properties...')
print(
  JSON.stringify({
    reported: { ...reported, $version: versions.reported },
    desired: { ...desired, $version: versions.desired },
  }),
)

printDesired(twin)

await twin
  .report({ firmware: { version: '1.2.1' }, climate: { target: 21, temperature: 20.5 } })
  .catch(fail('Error updating reported properties'))
console.log('Twin state reported successfully.')
