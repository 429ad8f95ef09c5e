import type { Locator, Page } from '@playwright/test'

/** The simulator as a person finds it: by roles and names. */
export interface SimulatorPage {
  readonly state: Locator
  readonly trouble: Locator
  readonly desired: Locator
  readonly reported: Locator
  connect(connectionString: string): Promise<void>
}

export function simulatorPage(page: Page): SimulatorPage {
  return {
    state: page.getByRole('status').first(),
    trouble: page.getByRole('alert'),
    desired: page.getByRole('region', { name: /^Desired/ }),
    reported: page.getByRole('region', { name: /^Reported/ }),
    async connect(connectionString) {
      await page.goto('/')
      await page.getByRole('textbox', { name: 'Connection string' }).fill(connectionString)
      await page.getByRole('button', { name: 'Connect', exact: true }).click()
    },
  }
}
