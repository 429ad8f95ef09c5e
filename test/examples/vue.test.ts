import { test } from 'vitest'
import { checkPage } from './support/page.ts'

test('A copy of examples/vue installs, builds, and runs in Chromium', async (context) => {
  await checkPage(context, 'vue', 'dist')
})
