import { openTwin } from 'hubtwin/light'

const twin = openTwin(Deno.env.get('IOTHUB_DEVICE_CONNECTION_STRING') ?? '')

twin.onStatus((status) => {
  if (status.type === 'waiting') console.log(`${status.error.message}; retry in ${status.retryInMs} ms`)
})
// Calls the listener with the present value, and again after each change.
twin.onDesired('message', ({ value }) => console.log('message:', value))

// Without a connection, nothing keeps the process running.
const stop = () => {
  Deno.removeSignalListener('SIGINT', stop)
  void twin.close()
}
Deno.addSignalListener('SIGINT', stop)

const version = await twin.report({ firmwareVersion: '1.2.1' })
console.log(`The hub confirmed reported version ${version}`)
