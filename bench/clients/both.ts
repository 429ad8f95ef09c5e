import type { Client } from './client.ts'
import { hubtwin } from './hubtwin.ts'
import { official } from './official.ts'

/** Who is measured, ours first. */
export const clients: readonly [ours: Client, theirs: Client] = [hubtwin, official]
