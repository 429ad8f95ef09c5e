import { type Order, play, type Verdict } from '../contract/play.ts'

/** The page's part of the contract. The test calls it through `window`. */
export type Play = (order: Order) => Promise<Verdict>

Object.assign(window, { play } satisfies { play: Play })
