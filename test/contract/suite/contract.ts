import { desired } from './desired.ts'
import { ending } from './ending.ts'
import { nonsense } from './nonsense.ts'
import { opening } from './opening.ts'
import { reporting } from './reporting.ts'
import { resyncing } from './resyncing.ts'
import type { Sentence } from './sentence.ts'

/**
 * The behavior that hubtwin guarantees at a hub in every runtime. No file of this folder depends on
 * a runtime.
 */
export const contract: readonly Sentence[] = [
  ...opening,
  ...desired,
  ...reporting,
  ...resyncing,
  ...nonsense,
  ...ending,
]
