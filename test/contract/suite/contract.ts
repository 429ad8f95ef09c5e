import { desired } from './desired.ts'
import { ending } from './ending.ts'
import { nonsense } from './nonsense.ts'
import { opening } from './opening.ts'
import { reporting } from './reporting.ts'
import { resyncing } from './resyncing.ts'
import type { Sentence } from './sentence.ts'

/** What hubtwin does at a hub, whatever it runs on. Nothing here, or below, knows a runtime. */
export const contract: readonly Sentence[] = [
  ...opening,
  ...desired,
  ...reporting,
  ...resyncing,
  ...nonsense,
  ...ending,
]
