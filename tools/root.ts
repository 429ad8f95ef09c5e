import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The checkout's folder: the programs here work from any current folder. */
export const root: string = dirname(dirname(fileURLToPath(import.meta.url)))
