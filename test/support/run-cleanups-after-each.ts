import { afterEach } from 'vitest'
import { runCleanups } from './cleanup.ts'

// Vitest runs a setup file before each test file, even if the files of a worker share their
// modules.
afterEach(runCleanups)
