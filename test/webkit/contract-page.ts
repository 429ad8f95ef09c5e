import { contractOf } from '../contract/suite/contract.ts'
import type { Opener } from '../contract/suite/sentence.ts'
import { connectTestHub } from '../contract/suite/test-hub.ts'

/** Runs a test of the contract. The test calls it through `window`. @returns the failure, if any */
export type Play = (controlUrl: string, title: string, opener: Opener) => Promise<string | undefined>

const play: Play = async (controlUrl, title, opener) => {
  const sentence = contractOf(opener).find((each) => each.title === title)
  if (sentence === undefined) return `There is no sentence "${title}"`
  try {
    await sentence.run(connectTestHub(controlUrl, 'ws'), opener)
    return undefined
  } catch (error) {
    return error instanceof Error ? `${error.message}\n${error.stack}` : String(error)
  }
}
Object.assign(window, { play })
