import { firefox } from '@playwright/test'
import { findBrowser } from '../../../tools/browsers.ts'
import { testScopes } from './test-scopes.ts'

testScopes('Firefox', () => {
  const executablePath = findBrowser('firefox')
  return firefox.launch({ channel: 'moz-firefox', ...(executablePath !== undefined && { executablePath }) })
})
