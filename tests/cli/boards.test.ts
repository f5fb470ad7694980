/** Board profiles: the schema, the shipped boards, and whether a model fits one. */
import { describe, expect, it } from "vitest";
import { readTextAsset } from "../../toolchain/assets.ts";
import { allBoards, boardIds, findBoard, parseBoard } from "../../toolchain/boards/boards.ts";
import {
  fastRamBytes,
  fitOn,
  nestedOperatorsMax,
  ramForModel,
} from "../../toolchain/boards/fit.ts";
import { cli } from "./test-host.ts";

const esp32 = () => JSON.parse(readTextAsset("boards/esp32.json")) as Record<string, unknown>;

describe("board profiles", () => {
  it("are listed by id, the documented ones among them", () => {
    expect(boardIds()).toEqual([...boardIds()].sort());
    for (const id of ["esp32", "esp32c3", "rp2040", "sim"]) expect(boardIds()).toContain(id);
  });

  it.each(boardIds())("%s is valid and gives its reasons", (id) => {
    const board = findBoard(id);
    expect(board.id).toBe(id);
    expect(board.ramNote.length).toBeGreaterThan(30);
    expect(board.ramForModelBytes).toBeLessThan(board.ramBytes);
  });

  it.each([
    ["a missing field", { ramForModelBytes: undefined }],
    ["an unknown field", { colour: "blue" }],
    ["a negative size", { flashBytes: -1 }],
    ["a fraction of a byte", { ramBytes: 1024.5 }],
    ["a status nobody defined", { status: "works" }],
    ["more RAM for a model than there is", { ramForModelBytes: 10_000_000 }],
    ["the id of another board", { id: "rp2040" }],
  ])("%s is refused", (_, change) => {
    const profile = JSON.stringify({ ...esp32(), ...change });
    expect(() => parseBoard("esp32", profile)).toThrow("boards/esp32.json");
  });

  it("prints all boards with their status", async () => {
    const { status, stdout } = await cli("boards");
    expect(status).toBe(0);
    for (const { id, status: state } of allBoards()) {
      expect(stdout).toMatch(new RegExp(`^${id} .*${state}$`, "m"));
    }
  });

  it("prints them as JSON", async () => {
    const { stdout } = await cli("boards --json");
    expect(JSON.parse(stdout)).toEqual({ boards: allBoards() });
  });
});

describe("fit", () => {
  const footprint = {
    ...{ heapBytes: 20_000, artifactBytes: 60_000, codeBytes: 30_001, nestedOperators: 200 },
  };

  it("is the heap where flash is mapped", () => {
    expect(fitOn(findBoard("esp32"), footprint)).toEqual({
      deviceRamBytes: 20_000,
      copiedBytes: 0,
      flashBytes: 60_000,
      nativeStackBytes: 4_608,
      ramFits: true,
      flashFits: true,
      stackFits: true,
    });
  });

  it("counts the copy of the code as RAM where flash is not mapped", () => {
    const fit = fitOn(findBoard("esp32c3"), footprint);
    expect(fit).toMatchObject({ deviceRamBytes: 50_008, copiedBytes: 30_008 });
  });

  it("counts less where the firmware's limits are smaller than the simulator's", () => {
    expect(fitOn(findBoard("microbit"), footprint).deviceRamBytes).toBe(20_000 - 5_824);
  });

  it("decides at the last byte", () => {
    const board = findBoard("esp32");
    const heapBytes = board.ramForModelBytes;
    expect(fitOn(board, { ...footprint, heapBytes }).ramFits).toBe(true);
    expect(fitOn(board, { ...footprint, heapBytes: heapBytes + 1 }).ramFits).toBe(false);
    const artifactBytes = board.modelSlot.bytes;
    expect(fitOn(board, { ...footprint, artifactBytes }).flashFits).toBe(true);
    expect(fitOn(board, { ...footprint, artifactBytes: artifactBytes + 1 }).flashFits).toBe(false);
  });

  it("counts slow RAM, which translated code and the runtime do not use", () => {
    const board = findBoard("esp32-wrover");
    const heapBytes = board.ramForModelBytes + 4_194_304;
    expect(ramForModel(board)).toBe(heapBytes);
    expect(fitOn(board, { ...footprint, heapBytes }).ramFits).toBe(true);
    expect(fitOn(board, { ...footprint, heapBytes: heapBytes + 1 }).ramFits).toBe(false);
    expect(fastRamBytes(board)).toBe(board.ramForModelBytes - 16_384);
    expect(fastRamBytes(findBoard("esp32"))).toBeUndefined();
  });

  it("counts a frame an operator where the compiler makes no tail calls", () => {
    const board = findBoard("rp2040");
    const most = nestedOperatorsMax(board);
    expect(nestedOperatorsMax(findBoard("esp32"))).toBe(Number.POSITIVE_INFINITY);
    const fit = (nestedOperators: number) => fitOn(board, { ...footprint, nestedOperators });
    expect(fit(most)).toMatchObject({ stackFits: true });
    expect(fit(most + 1)).toMatchObject({ stackFits: false });
    const { baseBytes = 0, operatorBytes = 0 } = board.runtime.nesting ?? {};
    expect(fit(most).nativeStackBytes).toBe(baseBytes + most * operatorBytes);
  });
});
