/** Prints every change of the desired properties, until Ctrl+C. */
import { openTwin } from 'hubtwin'
import { acceptOnlyHelp } from './arguments.ts'
import { deviceConnectionString } from './connection.ts'
import { printDesired } from './print-desired.ts'
import { closeOnInterrupt, fail, printWaiting } from './failures.ts'

acceptOnlyHelp('npm run demo:receive-desired-properties', 'Print every change of the desired properties, until Ctrl+C.')
const twin = openTwin(deviceConnectionString())
console.log('Client created.')
printWaiting(twin)
closeOnInterrupt(twin)

await twin.ready().catch(fail('Error opening client'))
console.log('Client opened.')
console.log('Twin created.')
console.log()

printDesired(twin)
