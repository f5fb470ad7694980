/**
 * Lays out the weights section: each step's constants, aligned to 8 bytes, equal ones once.
 */
const ALIGNMENT = 8;

export interface WeightsLayout {
  readonly section: Uint8Array;
  /** offsets[i] is where parts[i] begins. */
  readonly offsets: readonly number[];
}

export function layOutWeights(parts: readonly Uint8Array[]): WeightsLayout {
  const known = new Map<string, number>();
  const chosen: { offset: number; part: Uint8Array }[] = [];
  let end = 0;
  const offsets = parts.map((part) => {
    const key = Buffer.from(part.buffer, part.byteOffset, part.byteLength).toString("latin1");
    const earlier = known.get(key);
    if (earlier !== undefined) return earlier;
    const offset = Math.ceil(end / ALIGNMENT) * ALIGNMENT;
    known.set(key, offset);
    chosen.push({ offset, part });
    end = offset + part.length;
    return offset;
  });
  const section = new Uint8Array(end);
  for (const { offset, part } of chosen) section.set(part, offset);
  return { section, offsets };
}
