/** Progress: a bar on a terminal, plain lines elsewhere. */
import { describe, expect, it } from "vitest";
import { liveProgress } from "../../toolchain/cli/progress.ts";
import { type TestHost, testHost } from "./test-host.ts";

/** A transfer of 10 KB in steps of 1 KB, 100 ms each. */
function transfer(host: TestHost): string {
  let nowMs = 0;
  const progress = liveProgress({ ...host, now: () => nowMs });
  progress.phase("sending");
  for (let sent = 0; sent <= 10_000; sent += 1_000) {
    progress.advance(sent, 10_000);
    nowMs += 100;
  }
  progress.phase("verifying");
  progress.finish();
  return host.collected.stderr;
}

describe("progress", () => {
  it("is plain lines when stderr is no terminal", () => {
    const lines = transfer(testHost()).split("\n");
    expect(lines[0]).toBe("sending");
    expect(lines[1]).toBe("sending: 10 % of 10,000 B 10.0 KB/s");
    expect(lines[10]).toBe("sending: 100 % of 10,000 B 10.0 KB/s");
    expect(lines.slice(11)).toEqual(["verifying", ""]);
  });

  it("is a bar that redraws itself on a terminal", () => {
    const text = transfer(testHost({ isTTY: true }));
    expect(text).toContain(
      "\r\x1b[2Ksending ████████████░░░░░░░░░░░░ 5,000 B of 10,000 B 10.0 KB/s",
    );
    expect(text).toContain("████████████████████████ 10,000 B of 10,000 B");
    expect(text.endsWith("\nverifying ...\n")).toBe(true);
  });

  it("draws nothing in between too often", () => {
    const host = testHost({ isTTY: true });
    const progress = liveProgress(host);
    progress.phase("sending");
    for (let sent = 0; sent < 1_000; sent++) progress.advance(sent, 1_000);
    expect(host.collected.stderr.split("\r").length).toBe(2);
  });
});
