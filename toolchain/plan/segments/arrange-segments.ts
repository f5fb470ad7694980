/**
 * Arrangements in which steps run row by row together: of one selection of segments, and of the
 * selections worth trying.
 */
import { assert, must } from "../../diagnostics/assert.ts";
import { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { type Graph, tensorAt } from "../../ir/graph.ts";
import { isImage } from "../../ops/shared/rows.ts";
import { type Arrangement, arrange, type FormOptions } from "../arrangement.ts";
import { paretoChoices } from "../choose-forms.ts";
import type { Lifetime } from "../lifetimes.ts";
import { type PieceOf, piecesOf, type StreamPiece } from "./pieces.ts";
import { type Piece, segmentations } from "./segmentations.ts";
import { type RowGraph, rowGraph, streams } from "./stages.ts";

export interface StreamOptions extends FormOptions {
  /** The graph's only input arrives row by row. */
  readonly inputByRows?: boolean | undefined;
}

/** The first and the last step of a segment. */
export type StepRange = readonly [firstStep: number, lastStep: number];

/** Of these ranges, each must be able to stream. */
export function arrangeSegments(
  graph: Graph,
  ranges: readonly StepRange[],
  options: StreamOptions,
): Arrangement {
  const base = arrange(graph, options);
  const pieceOf = piecesOf(base, rowGraph(graph, options), options);
  const pieces = ranges.map(([first, last]) =>
    must(pieceOf(first, last), `steps ${first} to ${last} cannot stream`),
  );
  return withPieces(base, pieces);
}

/** The arrangement with these segments, which must stand apart. */
function withPieces(base: Arrangement, pieces: readonly StreamPiece[]): Arrangement {
  const inOrder = [...pieces].sort((a, b) => firstOf(a) - firstOf(b));
  const segments = inOrder.map(({ stream }) => stream.segment);
  assert(
    segments.every(({ firstStep }, index) => firstStep > (segments[index - 1]?.lastStep ?? -1)),
    "segments stand apart",
  );
  const changed = joined(inOrder);
  const steps = [...base.steps];
  for (const piece of inOrder) steps.splice(firstOf(piece), piece.steps.length, ...piece.steps);
  return {
    ...base,
    segments,
    runs: [
      ...base.runs.map((run, position) => changed.get(position) ?? run),
      ...inOrder.flatMap(({ added }) => added),
    ],
    slots: inOrder.flatMap(({ slots }) => slots),
    steps,
    overlaps: inOrder.flatMap(({ overlaps }) => overlaps),
  };
}

/** A run that one segment writes and another reads is alive for both. */
function joined(pieces: readonly StreamPiece[]): Map<number, Lifetime> {
  const changed = new Map<number, Lifetime>();
  for (const [position, run] of pieces.flatMap(({ runs }) => [...runs])) {
    const { firstStep, lastStep } = changed.get(position) ?? run;
    changed.set(position, {
      ...run,
      firstStep: Math.min(firstStep, run.firstStep),
      lastStep: Math.max(lastStep, run.lastStep),
    });
  }
  return changed;
}

const firstOf = ({ stream }: StreamPiece): number => stream.segment.firstStep;

/** Selections that are handed on. */
const ARRANGEMENTS_MAX = 24;
/** Ranges that are looked at: in long graphs only short ones. */
const RANGES_MAX = 4096;

/** The selections of segments worth trying, least need first. `base` streams nothing. */
export function streamedArrangements(base: Arrangement, options: FormOptions): Arrangement[] {
  return selections(base, { ...options, inputByRows: false });
}

/** Those whose first segment takes the graph's only input row by row; EF4004 when none does. */
export function receivingArrangements(base: Arrangement, options: FormOptions): Arrangement[] {
  const { graph } = base;
  const [input, ...others] = graph.inputs.map((index) => tensorAt(graph, index));
  const isOne = input !== undefined && others.length === 0 && isImage(input.type);
  const found = isOne ? selections(base, { ...options, inputByRows: true }) : [];
  if (found.length > 0) return found;
  const [first] = graph.nodes;
  const message = isOne
    ? `'${first?.name}' and what follows it cannot take '${input.name}' row by row`
    : `the model's inputs are ${graph.inputs.length}, not one image`;
  throw new Diagnostic("EF4004", { message, where: { model: graph.name } });
}

function selections(base: Arrangement, options: StreamOptions): Arrangement[] {
  const { graph, steps } = base;
  const rows = rowGraph(graph, options);
  const pieces = [
    ...steps.map((_, step) => ({ ...pieceAt(base, step, step), streamed: null })),
    ...streamedPieces(base, rows, piecesOf(base, rows, options)),
  ].filter(({ firstStep, streamed }) => {
    return !options.inputByRows || firstStep > 0 || streamed !== null;
  });
  return segmentations(steps.length, pieces, ARRANGEMENTS_MAX)
    .map((cut) => cut.pieces.flatMap(({ streamed }) => (streamed === null ? [] : [streamed])))
    .filter((streamed) => streamed.length > 0)
    .map((streamed) => withPieces(base, streamed));
}

interface CandidatePiece extends Piece {
  readonly streamed: StreamPiece | null;
}

/** Steps run one by one. */
function pieceAt({ steps }: Arrangement, firstStep: number, lastStep: number): Piece {
  return { firstStep, lastStep, front: paretoChoices(steps.slice(firstStep, lastStep + 1)) };
}

/** Those that need less than their steps one by one, or bring the input. */
function streamedPieces(base: Arrangement, rows: RowGraph, pieceOf: PieceOf): CandidatePiece[] {
  const count = base.steps.length;
  const lengthMax = Math.max(2, Math.floor(RANGES_MAX / Math.max(1, count)));
  const found: CandidatePiece[] = [];
  for (let first = 0; first < count; first++) {
    const end = Math.min(count, first + lengthMax);
    for (let last = first; last < end; last++) {
      const streamed = pieceOf(first, last);
      if (streamed !== null) {
        const front = paretoChoices(streamed.steps);
        const apart = pieceAt(base, first, last).front[0]?.boundBytes ?? Number.POSITIVE_INFINITY;
        const receives = streamed.stream.segment.stages.some(({ kind }) => kind === "receive");
        const pays = (front[0]?.boundBytes ?? Number.POSITIVE_INFINITY) < apart;
        if (receives || pays) found.push({ firstStep: first, lastStep: last, front, streamed });
      }
      if (!streams(rows, last)) break;
    }
  }
  return found;
}
