/** Prints cloud-to-device messages, until Ctrl+C. */
import { openDevice } from 'hubtwin'
import { messages } from 'hubtwin/messages'
import { acceptOnlyHelp } from './arguments.ts'
import { deviceConnectionString } from './connection.ts'
import { closeOnInterrupt, fail, printWaiting } from './failures.ts'
import { print } from './terminal.ts'

acceptOnlyHelp('npm run demo:receive-messages', 'Print the messages that the back end sends, until Ctrl+C.')
const device = openDevice(deviceConnectionString(), { use: { messages: messages() } })
console.log('Client created.')
printWaiting(device.twin)
closeOnInterrupt(device)

await device.twin.ready().catch(fail('Error opening client'))
console.log('Client opened.')
console.log('Waiting for messages.')

// The hub keeps a message until the loop asks for the next.
for await (const { messageId, text, properties, isRedelivered } of device.messages) {
  print(`Id: ${messageId ?? '(none)'} Body: ${text}`)
  const entries = Object.entries(properties)
  if (entries.length > 0) print(`Properties: ${JSON.stringify(Object.fromEntries(entries))}`)
  if (isRedelivered) print('The hub has sent this message before.')
}
