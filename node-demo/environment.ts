import process from 'node:process'
import { readPasted, type Pasted } from 'hubtwin-device-models/pasted'

export const CONNECTION_STRING_NAME = 'IOTHUB_DEVICE_CONNECTION_STRING'

/** Reads the device's connection string from the environment, however it was pasted there. */
export function pastedConnectionString(): Pasted {
  return readPasted(process.env[CONNECTION_STRING_NAME] ?? '')
}

/** Returns the device's connection string from the environment, or an empty text. */
export function givenConnectionString(): string {
  return pastedConnectionString().text
}
