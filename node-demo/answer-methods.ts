/** Answers direct methods of the back end, until Ctrl+C. */
import { openDevice } from 'hubtwin'
import { methods } from 'hubtwin/methods'
import { acceptOnlyHelp } from './arguments.ts'
import { deviceConnectionString } from './connection.ts'
import { closeOnInterrupt, fail, printWaiting } from './failures.ts'
import { print } from './terminal.ts'

acceptOnlyHelp(
  'npm run demo:answer-methods',
  'Answer the direct methods getDeviceLog and lockDoor of the back end, until Ctrl+C.',
)
const device = openDevice(deviceConnectionString(), { use: { methods: methods() } })
console.log('Client created.')

// The handlers exist before the connection, so that no call arrives too early.
device.methods.handle('getDeviceLog', ({ name, payload }) => {
  printCall(name, payload)
  return answer(name, 200, { log: ['started', `opened at ${new Date().toISOString()}`] })
})
device.methods.handle('lockDoor', ({ name, payload }) => {
  printCall(name, payload)
  return answer(name, 200, { locked: true })
})
device.methods.handleOthers(({ name, payload }) => {
  printCall(name, payload)
  return answer(name, 404)
})
printWaiting(device.twin)
closeOnInterrupt(device)

await device.twin.ready().catch(fail('Error opening client'))
console.log('Client opened.')
console.log('Waiting for calls of getDeviceLog and lockDoor.')

function printCall(name: string, payload: unknown): void {
  print(`Received method call for method '${name}'`)
  if (payload !== undefined) print(`Payload: ${JSON.stringify(payload)}`)
}

/** The device sends the result of a handler. */
function answer(name: string, status: number, payload?: object): { status: number; payload?: object } {
  print(`Answering method '${name}' with status ${status}.`)
  return { status, ...(payload && { payload }) }
}
