import type { Client } from './client.ts'
import { hubtwin } from './hubtwin.ts'
import { official } from './official.ts'

/** The measured clients, hubtwin first. */
export const clients: readonly [ours: Client, theirs: Client] = [hubtwin, official]
