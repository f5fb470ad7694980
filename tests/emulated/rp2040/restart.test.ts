/**
 * A model in the emulated RP2040's flash: there after a restart, gone after an abort, and never
 * taken for whole when the power went while it was written.
 */
import { describe, expect, it } from "vitest";
import { offerOf } from "../../../toolchain/cli/device.ts";
import { buildOwn, connectTo, lines, startPico } from "./bench.ts";

const input = (bytes: number) => Uint8Array.from({ length: bytes }, (_, index) => index * 37);

describe("a model in the RP2040's flash", () => {
  it.each(lines)("sent over %s runs after a restart as before", async (line) => {
    const { artifact } = await buildOwn("sine");
    const pico = startPico();
    const first = await connectTo(pico, line);
    await first.session.transfer(artifact.wasm, offerOf(artifact.manifest));
    const { inputBytes } = await first.session.status();
    const before = await first.session.run(input(inputBytes));
    pico.restart();
    const again = await connectTo(pico, line, 2);
    expect(again.session.hello.state).toBe("confirmed");
    expect(again.session.hello.model?.artifactBytes).toBe(artifact.wasm.length);
    expect(await again.session.run(input(inputBytes))).toEqual(before);
  });

  it("is not there when the power went before all of it was", async () => {
    const { artifact } = await buildOwn("sine");
    const pico = startPico();
    const first = await connectTo(pico, "usb");
    const half = artifact.wasm.length / 2;
    const transfer = first.session.transfer(artifact.wasm, offerOf(artifact.manifest), (sent) => {
      if (sent > half) pico.restart();
    });
    await expect(transfer).rejects.toMatchObject({ code: "EF6004" });
    const again = await connectTo(pico, "usb", 2);
    expect(again.session.hello.state).toBe("empty");
  });

  it("leaves the firmware's part of flash as it was", async () => {
    const { artifact } = await buildOwn("sine");
    const pico = startPico();
    const slotAt = 1536 * 1024;
    const before = pico.flash().slice(0, slotAt);
    const { session } = await connectTo(pico, "usb");
    await session.transfer(artifact.wasm, offerOf(artifact.manifest));
    expect(Buffer.compare(pico.flash().subarray(0, slotAt), before)).toBe(0);
    const slot = pico.flash().subarray(slotAt);
    expect(Buffer.from(slot).includes(Buffer.from(artifact.wasm))).toBe(true);
  });
});
