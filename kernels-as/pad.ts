/**
 * pad: copies rows of bytes to their places and fills the gaps between them, each output byte once.
 *
 * The input is [SIZE_0, SIZE_1, SIZE_2, ROW] in bytes; PADDED_n and ROW_PADDED are the output's
 * dimensions, BEFORE_n and ROW_BEFORE where the input begins in them. FILL is the byte of real
 * zero.
 */
export const SIZE_0: i32 = 1;
export const BEFORE_0: i32 = 0;
export const PADDED_0: i32 = 1;
export const SIZE_1: i32 = 1;
export const BEFORE_1: i32 = 0;
export const PADDED_1: i32 = 1;
export const SIZE_2: i32 = 2;
export const BEFORE_2: i32 = 1;
export const PADDED_2: i32 = 4;
export const ROW: i32 = 3;
export const ROW_BEFORE: i32 = 1;
export const ROW_PADDED: i32 = 5;
export const OUTPUT_BYTES: i32 = 20;
export const FILL: i32 = 0;

export function pad(input: usize, output: usize): void {
  let from = input;
  let filled = output;
  for (let i: i32 = 0; i < SIZE_0; i++) {
    for (let j: i32 = 0; j < SIZE_1; j++) {
      for (let k: i32 = 0; k < SIZE_2; k++) {
        const plane = (i + BEFORE_0) * PADDED_1 + j + BEFORE_1;
        const to = output + (plane * PADDED_2 + k + BEFORE_2) * ROW_PADDED + ROW_BEFORE;
        memory.fill(filled, <u8>FILL, to - filled);
        memory.copy(to, from, ROW);
        from += ROW;
        filled = to + ROW;
      }
    }
  }
  memory.fill(filled, <u8>FILL, output + OUTPUT_BYTES - filled);
}
