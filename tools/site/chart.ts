import { quartiles } from '../../bench/report/quartiles.ts'
import type { Recording } from '../../bench/report/recording.ts'

const WIDTH = 720
const LABEL_WIDTH = 150
const VALUE_WIDTH = 190
const ROW = 34
const TOP = 48
const BOTTOM = 12

/**
 * Draws a metric of a run as bars: the median, with a line from the lower to the upper quartile.
 *
 * The picture has its own background, because it must be readable in both themes.
 *
 * @returns SVG
 * @throws RangeError if the run has no such metric
 */
export function drawChart({ metrics }: Recording, name: string): string {
  const metric = metrics.find((each) => each.name === name)
  if (metric === undefined) {
    throw new RangeError(`There is no metric "${name}"; there are ${metrics.map((each) => each.name).join(', ')}`)
  }
  const rows = Object.entries(metric.samples).map(([label, samples]) => ({ label, ...quartiles(samples) }))
  const longest = Math.max(...rows.map(({ upper }) => upper))
  const scale = (value: number): number => Math.round((value / longest) * (WIDTH - LABEL_WIDTH - VALUE_WIDTH) * 10) / 10
  const height = TOP + rows.length * ROW + BOTTOM
  const shown = (value: number): string => value.toFixed(metric.digits)
  const bars = rows.map(({ label, lower, median, upper }, index) => {
    const y = TOP + index * ROW
    const middle = y + 12
    return [
      `<text x="${LABEL_WIDTH - 8}" y="${y + 17}" text-anchor="end">${escaped(label)}</text>`,
      `<rect x="${LABEL_WIDTH}" y="${y}" width="${scale(median)}" height="24" fill="${index === 0 ? '#1d6fa5' : '#9db8c9'}"/>`,
      `<path d="M${LABEL_WIDTH + scale(lower)} ${middle}H${LABEL_WIDTH + scale(upper)}" stroke="#1b1b1f" stroke-width="2"/>`,
      `<text x="${LABEL_WIDTH + scale(upper) + 8}" y="${y + 17}">${shown(median)} (${shown(lower)} to ${shown(upper)})</text>`,
    ].join('\n')
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="system-ui, sans-serif" font-size="14" fill="#1b1b1f">`,
    `<title>${escaped(name)}</title>`,
    `<rect width="${WIDTH}" height="${height}" rx="8" fill="#fff" stroke="#c8ccd0"/>`,
    `<text x="16" y="28" font-weight="600">${escaped(name)}</text>`,
    ...bars,
    '</svg>',
    '',
  ].join('\n')
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
