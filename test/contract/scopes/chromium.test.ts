import { chromium } from '@playwright/test'
import { findBrowser } from '../../../tools/browsers.ts'
import { CHROMIUM_ARGS } from '../../support/chromium-args.ts'
import { testScopes } from './test-scopes.ts'

testScopes('Chromium', () => {
  const executablePath = findBrowser('chromium')
  return chromium.launch({
    ...(executablePath !== undefined && { executablePath }),
    // Playwright's own option does not reach the workers.
    args: [...CHROMIUM_ARGS, '--ignore-certificate-errors'],
  })
})
