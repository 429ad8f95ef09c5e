/**
 * SPDX identifiers of licenses that let a product under the MIT license include the code. A new
 * entry needs a reason in its commit.
 */
export const ALLOWED: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
])
