import { afterEach } from 'vitest'
import { runCleanups } from './cleanup.ts'

// Vitest runs a set-up file before each test file, also where the files of a worker share their
// modules.
afterEach(runCleanups)
