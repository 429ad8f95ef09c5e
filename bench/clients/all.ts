import { bare } from './bare.ts'
import type { Client } from './client.ts'
import { hubtwin } from './hubtwin.ts'
import { light } from './light.ts'
import { minimum } from './minimum.ts'
import { official } from './official.ts'

/** Every client that the benches compare. */
export const allClients: readonly Client[] = [light, hubtwin, official, bare, minimum]
