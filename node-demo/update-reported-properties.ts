/** Reports the device's state to the hub, once. */
import { openTwin } from 'hubtwin'
import { acceptOnlyHelp } from './arguments.ts'
import { deviceConnectionString } from './connection.ts'
import { fail, printWaiting } from './failures.ts'

acceptOnlyHelp('npm run demo:update-reported-properties', 'Report the state of a device to the hub, once.')
const twin = openTwin(deviceConnectionString())
console.log('Client created.')
printWaiting(twin)

await twin.ready().catch(fail('Error opening client'))
console.log('Client opened.')
console.log('Twin created.')

await twin
  .report({ firmware: { version: '1.2.1' }, climate: { target: 21, temperature: 20.5 } })
  .catch(fail('Error updating reported properties'))
console.log('Twin state reported successfully.')

await twin.close()
