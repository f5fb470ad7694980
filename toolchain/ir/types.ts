/**
 * Tensor types: element type, shape and affine quantisation.
 *
 * Quantisation follows the TFLite 8-bit specification: real = scale * (q - zeroPoint), either one
 * scale for the tensor or one for each index of `axis`. Scales are float32 values kept exactly.
 */
export const dtypes = {
  int8: { bytes: 1, make: (b: ArrayBufferLike, o: number, n: number) => new Int8Array(b, o, n) },
  uint8: { bytes: 1, make: (b: ArrayBufferLike, o: number, n: number) => new Uint8Array(b, o, n) },
  bool: { bytes: 1, make: (b: ArrayBufferLike, o: number, n: number) => new Uint8Array(b, o, n) },
  int16: { bytes: 2, make: (b: ArrayBufferLike, o: number, n: number) => new Int16Array(b, o, n) },
  int32: { bytes: 4, make: (b: ArrayBufferLike, o: number, n: number) => new Int32Array(b, o, n) },
  int64: {
    bytes: 8,
    make: (b: ArrayBufferLike, o: number, n: number) => new BigInt64Array(b, o, n),
  },
  float32: {
    bytes: 4,
    make: (b: ArrayBufferLike, o: number, n: number) => new Float32Array(b, o, n),
  },
} as const;

export type DType = keyof typeof dtypes;

export type TensorData =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Float32Array;

export type Shape = readonly number[];

export interface Quantization {
  /** One entry for the tensor, or one for each index along `axis`. */
  readonly scale: readonly number[];
  readonly zeroPoint: readonly number[];
  /** The dimension that scale[i] belongs to; meaningful only when there is more than one scale. */
  readonly axis: number;
}

export interface TensorType {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly quantization?: Quantization;
}

export function elementCount(shape: Shape): number {
  return shape.reduce((count, size) => count * size, 1);
}

export function byteLength(type: TensorType): number {
  return elementCount(type.shape) * dtypes[type.dtype].bytes;
}

/** A typed view of raw little-endian tensor bytes; copies when the bytes are not aligned. */
export function viewTensor(dtype: DType, bytes: Uint8Array): TensorData {
  const { bytes: size, make } = dtypes[dtype];
  const aligned = bytes.byteOffset % size === 0 ? bytes : bytes.slice();
  return make(aligned.buffer, aligned.byteOffset, Math.floor(aligned.byteLength / size));
}

/** A zero-filled tensor of this type. */
export function newTensor(type: TensorType): TensorData {
  const bytes = byteLength(type);
  return dtypes[type.dtype].make(new ArrayBuffer(bytes), 0, elementCount(type.shape));
}

/** A tensor of this type, quantised with one zero point if at all, that is the real zero. */
export function realZeros(type: TensorType): TensorData {
  const data = newTensor(type);
  const [zero = 0] = type.quantization?.zeroPoint ?? [];
  if (data instanceof BigInt64Array) data.fill(BigInt(zero));
  else data.fill(zero);
  return data;
}

/** The raw bytes of a typed array. */
export function bytesOf(data: TensorData): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, index) => size === b[index]);
}

/** Whether elements of both types mean the same real numbers. */
export function sameQuantization(a: TensorType, b: TensorType): boolean {
  const [from, to] = [a.quantization, b.quantization];
  if (from === undefined || to === undefined) return from === to;
  const equal = (x: readonly number[], y: readonly number[]) =>
    x.length === y.length && x.every((value, index) => value === y[index]);
  const isPerAxis = from.scale.length > 1;
  const sameNumbers = equal(from.scale, to.scale) && equal(from.zeroPoint, to.zeroPoint);
  return sameNumbers && (!isPerAxis || from.axis === to.axis);
}

export const sameType = (a: TensorType, b: TensorType): boolean =>
  a.dtype === b.dtype && sameShape(a.shape, b.shape) && sameQuantization(a, b);
