import process from 'node:process'
import { parseConnectionString } from 'hubtwin'
import { fail } from './trouble.ts'

/**
 * The well-known device of the local hub, the same on every machine and no secret: the emulator's
 * `developmentDeviceConnectionString`, written out so that a demo needs nothing but `hubtwin`.
 */
export const localDeviceConnectionString: string =
  'HostName=localhost:10480;DeviceId=device1;SharedAccessKey=aHVidHdpbi1kZXZlbG9wbWVudC1kZXZpY2Uta2V5LTA=;UseDevelopmentEmulator=true'

/** The device that IOTHUB_DEVICE_CONNECTION_STRING names, or the one of the local hub, and then it says so. */
export function deviceConnectionString(): string {
  const own = process.env['IOTHUB_DEVICE_CONNECTION_STRING']
  if (!own) {
    console.error('IOTHUB_DEVICE_CONNECTION_STRING is not set: using device1 of the local hub')
    return localDeviceConnectionString
  }
  try {
    parseConnectionString(own)
  } catch (error) {
    fail('Error in IOTHUB_DEVICE_CONNECTION_STRING')(error)
  }
  return own
}
