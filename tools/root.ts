import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The root of the checkout. The tools work from any current folder. */
export const ROOT: string = dirname(dirname(fileURLToPath(import.meta.url)))
