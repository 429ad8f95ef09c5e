import { openTwin, TwinError, type TwinStatus } from 'hubtwin'

function describe(status: TwinStatus): string {
  switch (status.type) {
    case 'waiting':
      return `${status.error.message}; retry in ${status.retryInMs} ms`
    case 'connecting':
    case 'ready':
    case 'closed':
      return status.type
  }
}

const twin = openTwin(process.env['IOTHUB_DEVICE_CONNECTION_STRING'] ?? '')
twin.onStatus((status) => console.log(describe(status)))
twin.onDesired('message', ({ value, version }) => console.log('message:', value, version))
process.once('SIGINT', () => void twin.close())

try {
  const version: number = await twin.report({ firmwareVersion: '1.2.1' })
  console.log(`The hub confirmed reported version ${version}`)
} catch (error) {
  if (!(error instanceof TwinError)) throw error
  console.error(error.code, error.message)
}
