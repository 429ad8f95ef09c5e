import process from 'node:process'
import { parseConnectionString } from 'hubtwin'
import { printError } from './terminal.ts'
import { CONNECTION_STRING_NAME, givenConnectionString } from './environment.ts'
import { fail } from './failures.ts'

/**
 * The well-known device of the local hub: the same on every machine, so not a secret. It repeats
 * the emulator's `DEVELOPMENT_DEVICE_CONNECTION_STRING`, so that a demo depends only on `hubtwin`.
 */
export const LOCAL_DEVICE_CONNECTION_STRING: string =
  'HostName=localhost:10480;DeviceId=device1;SharedAccessKey=aHVidHdpbi1kZXZlbG9wbWVudC1kZXZpY2Uta2V5LTA=;UseDevelopmentEmulator=true'

/**
 * Returns IOTHUB_DEVICE_CONNECTION_STRING. Without it, returns the local hub's device1 and prints a
 * notice.
 */
export function deviceConnectionString(): string {
  const given = givenConnectionString()
  if (given === '') {
    const problem = process.env[CONNECTION_STRING_NAME] === undefined ? 'is not set' : 'is empty'
    printError(`${CONNECTION_STRING_NAME} ${problem}: using device1 of the local hub`)
    return LOCAL_DEVICE_CONNECTION_STRING
  }
  try {
    parseConnectionString(given)
  } catch (error) {
    fail(`Error in ${CONNECTION_STRING_NAME}`)(error)
  }
  return given
}
