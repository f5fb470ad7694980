/** Host imports of ABI 1: how kernels pull bytes of the weights section, which stays in flash. */

/** Copies `length` bytes at `offset` of the weights section to `dst`. */
// @ts-ignore: decorator
@external("edgeflash", "weights")
export declare function weights(dst: usize, offset: usize, length: usize): void;

/**
 * Expands `triples` triples of int8 (w0 w1 w2) at `offset` to i64 words
 * w0 + (w1 << laneBits) + (w2 << 2 * laneBits) at `dst`, then appends the `rawBytes` bytes that
 * follow the triples in the section (requantisation constants): one pull feeds one channel group.
 */
// @ts-ignore: decorator
@external("edgeflash", "tile")
export declare function tile(
  dst: usize,
  offset: usize,
  triples: i32,
  laneBits: i32,
  rawBytes: i32,
): void;
