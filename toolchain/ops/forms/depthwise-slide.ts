/**
 * The slide form of an int8 depthwise_conv2d: packed columns, rows of any width, stride 1 or 2.
 *
 * Short rows are written out whole; longer ones loop over blocks of three outputs, after which the
 * three columns are back in their locals. A window leaves the next one the columns that both
 * cover. Instruction figures are a fit of 15 measured layers (wasm3 -Os, Cortex-M4 under -icount),
 * none of which is off by more than 1.1 %.
 */
import type { KernelForm } from "../op.ts";
import { foldLayer } from "../shared/packed-lanes.ts";
import { planeOverlap } from "../shared/plane-overlap.ts";
import {
  channelTileBytes,
  KERNEL,
  type Planes,
  packColumns,
  planeConstants,
  readsOutside,
} from "./depthwise-planes.ts";

/** Longest row that is written out whole. */
const WHOLE_ROW_MAX = 5;

const sizes = [
  ...["INPUT_HEIGHT", "INPUT_WIDTH", "INPUT_CHANNELS", "OUTPUT_HEIGHT", "OUTPUT_WIDTH"],
  ...["STRIDE_Y", "STRIDE_X", "PAD_TOP", "PAD_LEFT"],
];

export function depthwiseSlideForms(planes: Planes): KernelForm[] {
  const { layer, axes, pads, input, output, filters } = planes;
  const { stride } = axes[1];
  const left = pads[1] ?? 0;
  if (stride > 2 || input.width + left < 2) return [];
  const folded = foldLayer(layer, filters, { start: 0 });
  if (folded === null) return [];
  const weights = packColumns(planes, folded);
  const block = output.width <= WHOLE_ROW_MAX ? 0 : KERNEL;
  const lastColumn = (output.width - 1) * stride - left + KERNEL - 1;
  const edge = lastColumn < input.width ? 0 : 1;
  const keptTaps = KERNEL - stride;
  const zeroRowBytes = readsOutside(planes) ? (input.width - 1) * input.channels + 1 : 0;
  return [
    {
      name: "slide",
      source: "depthwise-slide",
      entry: "depthwiseSlide",
      constants: {
        ...planeConstants(planes, folded, sizes),
        BLOCK: block,
        EDGE: edge,
      },
      scratch: [
        { name: "zero row", bytes: zeroRowBytes, alignment: 1 },
        { name: "tile", bytes: channelTileBytes(folded), alignment: 8 },
      ],
      weights,
      cost: {
        ...slideCost(planes, { block, edge, columns: lastColumn + 1 - edge }),
        weightBytesRead: weights.length,
      },
      overlaps: [planeOverlap({ axes, pads, input, output, keptTaps }, input.channels)],
    },
  ];
}

interface RowWalk {
  readonly block: number;
  readonly edge: number;
  /** Columns of a row that are packed; each output finishes three of them. */
  readonly columns: number;
}

function slideCost({ axes, output }: Planes, { block, edge, columns }: RowWalk) {
  const blocks = block === 0 ? 0 : Math.floor((output.width - edge) / block);
  const row = 131 + 116 * blocks + 321 * output.width + 159 * columns;
  const written = output.width - Math.max(0, blocks - 1) * block;
  const wordsEach = axes[1].stride === 1 ? 58 : 80;
  return {
    instructions: 2400 + output.channels * (842 + output.height * row),
    work: { lanes: output.channels * output.height * 159 * columns },
    codeWords: 120 + (blocks > 0 ? 45 : 0) + written * wordsEach,
  };
}
