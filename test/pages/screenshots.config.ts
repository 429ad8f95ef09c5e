import config from './playwright.config.ts'

/** `npm run screenshots` takes the screenshots of the README in Chromium. */
export default {
  ...config,
  testMatch: 'screenshots.ts',
  workers: 1,
  timeout: 120_000,
  reporter: 'list',
  projects: config.projects?.filter(({ name }) => name === 'chromium'),
}
