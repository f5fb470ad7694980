/**
 * A model that needs more native stack than there is. Where the compiler makes no tail calls every
 * operator nests a frame, so straight-line code is enough; the chip's fault cannot even be stored,
 * and only the watchdog brings the board back.
 */
import { expect, it } from "vitest";
import { offerOf } from "../../../toolchain/cli/device.ts";
import { buildModule, done } from "../../device/modules.ts";
import { i32, store8 } from "../../device/wasm-builder.ts";
import { buildOwn, connectTo, startPico } from "./bench.ts";

const stores = (count: number) =>
  buildModule({
    arenaBytes: 64,
    inputs: [{ offset: 0, bytes: 1 }],
    outputs: [{ offset: 1, bytes: 1 }],
    predict: [...Array.from({ length: count }, () => store8(i32(1), i32(7))).flat(), ...done],
  });

it("straight-line code of 500 operators runs", async () => {
  const pico = startPico();
  const { session } = await connectTo(pico, "usb");
  const { artifact, offer } = stores(500);
  await session.transfer(artifact, offer);
  expect([...(await session.run(Uint8Array.of(0)))]).toEqual([7]);
  expect(pico.watchdogResets).toBe(0);
});

it("a stack overflow restarts the board, which says so and takes the next model", async () => {
  const pico = startPico();
  const first = await connectTo(pico, "uart");
  const { artifact, offer } = stores(3000);
  await first.session.transfer(artifact, offer);
  await expect(first.session.run(Uint8Array.of(0))).rejects.toMatchObject({ code: "EF6004" });
  expect(pico.watchdogResets).toBe(1);
  expect(first.text()).toContain("restarted after a fault; the model may need more stack");
  const again = await connectTo(pico, "uart", 2);
  const sine = (await buildOwn("sine")).artifact;
  await again.session.transfer(sine.wasm, offerOf(sine.manifest));
  expect((await again.session.run(Uint8Array.of(0))).length).toBe(1);
});
