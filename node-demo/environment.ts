import process from 'node:process'
import { readPasted } from 'hubtwin-device-models/pasted'

export const CONNECTION_STRING_NAME = 'IOTHUB_DEVICE_CONNECTION_STRING'

/**
 * Returns the device's connection string from the environment, in any form in which people paste
 * it, or an empty string.
 */
export function givenConnectionString(): string {
  return readPasted(process.env[CONNECTION_STRING_NAME] ?? '').text
}
