import { defineConfig } from 'vitest/config'
import { areas } from './areas.ts'

// Stryker runs a single project, so this file joins the tests of an area.
export default defineConfig({
  test: {
    include: areas[process.env['HUBTWIN_MUTATION'] ?? '']?.tests.slice() ?? [],
    setupFiles: ['./test/support/run-cleanups-after-each.ts'],
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
})
