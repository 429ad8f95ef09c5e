/** Reads the twin of a device once and prints it. */
import { openTwin } from 'hubtwin'
import { acceptOnlyHelp } from './arguments.ts'
import { deviceConnectionString } from './connection.ts'
import { print } from './terminal.ts'
import { fail, printWaiting } from './failures.ts'

acceptOnlyHelp('npm run demo:get-twin', 'Read the twin of a device once and print it.')
const twin = openTwin(deviceConnectionString())
console.log('Client created.')
printWaiting(twin)

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

await twin.close()
