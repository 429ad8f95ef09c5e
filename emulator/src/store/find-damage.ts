import { crc32c } from './crc32c.ts'

// The format of a log (LevelDB: doc/log_format.md): blocks of 32 KiB with records. A record has a
// masked CRC-32C (4 bytes), the length of its data (2 bytes), its type (1 byte), and the data. The
// checksum covers the type and the data.

const BLOCK = 32_768
const HEADER = 7
const LAST_TYPE = 4
/** LevelDB: util/crc32c.h, kMaskDelta. */
const MASK_DELTA = 0xa282ead8

/**
 * Finds the first damaged record in a log of LevelDB.
 *
 * LevelDB opens a damaged log without an error and drops records after the damage. A record that
 * ends early, or in zeros, is no damage: the program or the machine stopped during the write.
 *
 * @returns the position of the record in bytes, or undefined
 */
export function findDamage(file: Uint8Array): number | undefined {
  const log = withoutZerosAtEnd(file)
  let at = 0
  while (at + HEADER <= log.length) {
    const end = blockEnd(at)
    const size = sizeAt(log, at)
    // The end of a block has no room for a header.
    if (end - at < HEADER) at = end
    else if (at + size > Math.min(end, log.length)) {
      return end >= log.length && !hasRecordAfter(log, at) ? undefined : at
    } else if (isRecord(log, at, size)) at += size
    else return at
  }
  return undefined
}

/** A damaged length looks like a record that ends early. But no record follows an early end. */
function hasRecordAfter(log: Uint8Array, damage: number): boolean {
  for (let at = damage + 1; at + HEADER <= log.length; at++) {
    const size = sizeAt(log, at)
    const end = Math.min(blockEnd(at), log.length)
    if (at + size <= end && isRecord(log, at, size)) return true
  }
  return false
}

function blockEnd(at: number): number {
  return at - (at % BLOCK) + BLOCK
}

/** The size of a record with its header. */
function sizeAt(log: Uint8Array, at: number): number {
  return HEADER + (byteAt(log, at + 4) | (byteAt(log, at + 5) << 8))
}

function isRecord(log: Uint8Array, at: number, size: number): boolean {
  const type = byteAt(log, at + 6)
  if (type === 0 || type > LAST_TYPE) return false
  const crc = crc32c(log.subarray(at + 6, at + size))
  const masked = (((crc >>> 15) | (crc << 17)) + MASK_DELTA) >>> 0
  return masked === new DataView(log.buffer, log.byteOffset + at).getUint32(0, true)
}

function byteAt(log: Uint8Array, at: number): number {
  return log[at] ?? 0
}

/**
 * A power failure can leave zeros. Data of this store is JSON, so a complete record does not end in
 * zeros.
 */
function withoutZerosAtEnd(file: Uint8Array): Uint8Array {
  let end = file.length
  while (end > 0 && file[end - 1] === 0) end--
  return file.subarray(0, end)
}
