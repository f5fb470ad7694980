/**
 * The parts of TensorFlow Lite's FlatBuffers schema (version 3) that its reader and writer share:
 * the slot of each table field, the codes of the element types and the names of the operators.
 * They stand here, below import and export, next to the operators' own spellings. Numbers are those
 * of tensorflow/compiler/mlir/lite/schema/schema.fbs; a slot is a field's position in its table.
 */
import type { DType } from "../../ir/types.ts";

export const FILE_IDENTIFIER = "TFL3";
export const SCHEMA_VERSION = 3;

export const modelSlots = {
  version: 0,
  operatorCodes: 1,
  subgraphs: 2,
  description: 3,
  buffers: 4,
  metadataBuffers: 5,
  metadata: 6,
  signatures: 7,
};

export const metadataSlots = { name: 0, buffer: 1 };

export const subgraphSlots = { tensors: 0, inputs: 1, outputs: 2, operators: 3, name: 4 };

export const tensorSlots = {
  shape: 0,
  type: 1,
  buffer: 2,
  name: 3,
  quantization: 4,
  isVariable: 5,
  sparsity: 6,
  shapeSignature: 7,
};

export const sparsitySlots = { traversalOrder: 0, blockMap: 1, dimensions: 2 };

/** A union takes two slots: which table, and the table. */
export const dimensionSlots = {
  format: 0,
  denseSize: 1,
  segments: { type: 2, vector: 3 },
  indices: { type: 4, vector: 5 },
};

export const indexVectorSlots = { values: 0 };

export const quantizationSlots = { scale: 2, zeroPoint: 3, detailsType: 4, axis: 6 };

export const operatorSlots = {
  codeIndex: 0,
  inputs: 1,
  outputs: 2,
  optionsType: 3,
  options: 4,
  intermediates: 8,
};

export const operatorCodeSlots = { shortCode: 0, customCode: 1, version: 2, code: 3 };

export const bufferSlots = { data: 0, offset: 1, size: 2 };

/** Code of the operator that stands for every custom one. */
export const CUSTOM_CODE = 32;

/**
 * Operators on resource variables, which a reader resolves: what they do is no computation. The
 * named slots are those of their options.
 */
export const variableCodes = { callOnce: 129, handle: 142, read: 143, assign: 144 };
export const callOnceSlots = { subgraph: 0 };
export const variableHandleSlots = { container: 0, name: 1 };

/** Element type of a tensor that is a handle of a variable. */
export const RESOURCE_TYPE = 13;

/** Codes above this do not fit the old one-byte field, which then holds this number. */
export const SHORT_CODE_MAX = 127;

/** Codes of the element types that graphs know. */
export const tensorTypeCodes: Readonly<Record<DType, number>> = {
  float32: 0,
  int32: 2,
  uint8: 3,
  int64: 4,
  bool: 6,
  int16: 7,
  int8: 9,
};

/** Names of all element types, by code, for messages about the ones that graphs do not know. */
export const tensorTypeNames: readonly string[] = (
  "float32 float16 int32 uint8 int64 string bool int16 complex64 int8 float64 complex128 " +
  "uint64 resource variant uint32 uint16 int4 bfloat16"
).split(" ");

/** Names of the builtin operators, by code, for messages about the ones without a definition. */
export const builtinNames: readonly string[] = `
ADD AVERAGE_POOL_2D CONCATENATION CONV_2D DEPTHWISE_CONV_2D DEPTH_TO_SPACE DEQUANTIZE
EMBEDDING_LOOKUP FLOOR FULLY_CONNECTED HASHTABLE_LOOKUP L2_NORMALIZATION L2_POOL_2D
LOCAL_RESPONSE_NORMALIZATION LOGISTIC LSH_PROJECTION LSTM MAX_POOL_2D MUL RELU RELU_N1_TO_1 RELU6
RESHAPE RESIZE_BILINEAR RNN SOFTMAX SPACE_TO_DEPTH SVDF TANH CONCAT_EMBEDDINGS SKIP_GRAM CALL CUSTOM
EMBEDDING_LOOKUP_SPARSE PAD UNIDIRECTIONAL_SEQUENCE_RNN GATHER BATCH_TO_SPACE_ND SPACE_TO_BATCH_ND
TRANSPOSE MEAN SUB DIV SQUEEZE UNIDIRECTIONAL_SEQUENCE_LSTM STRIDED_SLICE
BIDIRECTIONAL_SEQUENCE_RNN EXP TOPK_V2 SPLIT LOG_SOFTMAX DELEGATE BIDIRECTIONAL_SEQUENCE_LSTM CAST
PRELU MAXIMUM ARG_MAX MINIMUM LESS NEG PADV2 GREATER GREATER_EQUAL LESS_EQUAL SELECT SLICE SIN
TRANSPOSE_CONV SPARSE_TO_DENSE TILE EXPAND_DIMS EQUAL NOT_EQUAL LOG SUM SQRT RSQRT SHAPE POW ARG_MIN
FAKE_QUANT REDUCE_PROD REDUCE_MAX PACK LOGICAL_OR ONE_HOT LOGICAL_AND LOGICAL_NOT UNPACK REDUCE_MIN
FLOOR_DIV REDUCE_ANY SQUARE ZEROS_LIKE FILL FLOOR_MOD RANGE RESIZE_NEAREST_NEIGHBOR LEAKY_RELU
SQUARED_DIFFERENCE MIRROR_PAD ABS SPLIT_V UNIQUE CEIL REVERSE_V2 ADD_N GATHER_ND COS WHERE RANK ELU
REVERSE_SEQUENCE MATRIX_DIAG QUANTIZE MATRIX_SET_DIAG ROUND HARD_SWISH IF WHILE
NON_MAX_SUPPRESSION_V4 NON_MAX_SUPPRESSION_V5 SCATTER_ND SELECT_V2 DENSIFY SEGMENT_SUM BATCH_MATMUL
PLACEHOLDER_FOR_GREATER_OP_CODES CUMSUM CALL_ONCE BROADCAST_TO RFFT2D CONV_3D IMAG REAL COMPLEX_ABS
HASHTABLE HASHTABLE_FIND HASHTABLE_IMPORT HASHTABLE_SIZE REDUCE_ALL CONV_3D_TRANSPOSE VAR_HANDLE
READ_VARIABLE ASSIGN_VARIABLE BROADCAST_ARGS RANDOM_STANDARD_NORMAL BUCKETIZE RANDOM_UNIFORM
MULTINOMIAL GELU DYNAMIC_UPDATE_SLICE RELU_0_TO_1 UNSORTED_SEGMENT_PROD UNSORTED_SEGMENT_MAX
UNSORTED_SEGMENT_SUM ATAN2 UNSORTED_SEGMENT_MIN SIGN BITCAST BITWISE_XOR RIGHT_SHIFT
`
  .trim()
  .split(/\s+/);
