/**
 * Builds one node's part of the weights section: little-endian values, each naturally aligned
 * relative to the start of the part (parts themselves start on 8 bytes).
 */
export class WeightsWriter {
  #bytes = new Uint8Array(256);
  /** Of all of `#bytes`. */
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Where `count` more bytes begin. */
  #reserve(count: number, alignment: number): number {
    const start = Math.ceil(this.#length / alignment) * alignment;
    if (start + count > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(start + count, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    this.#length = start + count;
    return start;
  }

  align(alignment: number): this {
    this.#reserve(0, alignment);
    return this;
  }

  bytes(values: Uint8Array): this {
    const start = this.#reserve(values.length, 1);
    this.#bytes.set(values, start);
    return this;
  }

  int8(...values: readonly number[]): this {
    const start = this.#reserve(values.length, 1);
    for (let index = 0; index < values.length; index++) {
      this.#bytes[start + index] = values[index] ?? 0;
    }
    return this;
  }

  int32(...values: readonly number[]): this {
    const start = this.#reserve(values.length * 4, 4);
    for (const [index, value] of values.entries()) {
      this.#view.setInt32(start + index * 4, value, true);
    }
    return this;
  }

  int64(...values: readonly bigint[]): this {
    return this.align(8).packed64(...values);
  }

  /** int64 values without alignment, for data that the host copies byte by byte. */
  packed64(...values: readonly bigint[]): this {
    const start = this.#reserve(values.length * 8, 1);
    for (const [index, value] of values.entries()) {
      this.#view.setBigInt64(start + index * 8, value, true);
    }
    return this;
  }

  float32(...values: readonly number[]): this {
    const start = this.#reserve(values.length * 4, 4);
    for (const [index, value] of values.entries()) {
      this.#view.setFloat32(start + index * 4, value, true);
    }
    return this;
  }

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }
}
