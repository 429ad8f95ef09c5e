import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from '@playwright/test'

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface Result {
  readonly violations: readonly {
    readonly id: string
    readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[]
  }[]
}

/** Axe checks the same, but writes no report about the elements that pass. */
const ONLY_VIOLATIONS = { resultTypes: ['violations'], selectors: false }

/**
 * Lists every element of the page that breaks a rule of axe, with the reason.
 *
 * @param rules names or tags of axe's rules. @default axe's default rules
 */
export async function axeFindings(page: Page, rules?: readonly string[]): Promise<string[]> {
  // The debugger evaluates this, so the page's Content-Security-Policy does not apply.
  if (!(await page.evaluate<boolean>('"axe" in window'))) await page.evaluate(source)
  const options = { ...ONLY_VIOLATIONS, ...(rules !== undefined && { runOnly: rules }) }
  const { violations } = await page.evaluate<Result>(`axe.run(${JSON.stringify(options)})`)
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  )
}
