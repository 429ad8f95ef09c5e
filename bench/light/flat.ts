import { inChild } from '../measure/in-child.ts'
import { table } from '../report/markdown.ts'
import type { BenchTable } from './table.ts'

/**
 * In the second half, when all code is compiled. A leak of a small object in each change or
 * reconnect would exceed it.
 */
const MAX_GROWTH_IN_BYTES = 1_000_000

/** The heap of a twin over many changes and reconnects. */
export const flat: BenchTable = {
  name: 'flat',
  async run(hub, { changes, reconnects }) {
    const { heaps } = await inChild<{ heaps: number[] }>(hub, './flat.ts', [changes, reconnects])
    const growth = (heaps.at(-1) ?? Infinity) - (heaps[Math.floor(heaps.length / 2) - 1] ?? 0)
    if (growth > MAX_GROWTH_IN_BYTES)
      throw new Error(`The heap grew by ${growth} bytes in the second half: ${heaps.join(', ')}`)
    const parts = heaps.map((_, index) => `${(index + 1) * 10} %`)
    const cells = heaps.map((heap) => (heap / 1e6).toFixed(2))
    return `${table(['live heap, MB, after', ...parts], [['hubtwin/light', ...cells]])}\n\n${changes} changes and ${reconnects} reconnects of a twin. At the end, it has the hub's version.`
  },
}
