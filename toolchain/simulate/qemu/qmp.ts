/**
 * QEMU's machine protocol (QMP) over the emulator's standard input and output: one JSON object a
 * line, one answer a command, in order; events in between are not for us.
 */
import type { Readable, Writable } from "node:stream";

interface Answer {
  readonly return?: unknown;
  readonly error?: { readonly desc: string };
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

export class Qmp {
  readonly #input: Writable;
  readonly #waiting: Waiting[] = [];
  #text = "";
  #ended: Error | undefined;

  constructor(input: Writable, output: Readable) {
    this.#input = input;
    output.setEncoding("utf8");
    output.on("data", (text: string) => this.#receive(text));
  }

  #receive(text: string): void {
    const lines = (this.#text + text).split("\n");
    this.#text = lines.pop() ?? "";
    for (const line of lines) {
      // QEMU also prints where a pty is, as plain text.
      if (line.startsWith("{")) this.#answer(JSON.parse(line) as Answer);
    }
  }

  #answer(answer: Answer): void {
    if (!("return" in answer) && answer.error === undefined) return;
    const waiting = this.#waiting.shift();
    if (answer.error === undefined) waiting?.resolve(answer.return);
    else waiting?.reject(new Error(`QEMU: ${answer.error.desc}`));
  }

  execute(command: string, parameters: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#input.write(`${JSON.stringify({ execute: command, arguments: parameters })}\n`);
    });
  }

  /** The emulator is gone: whoever waits learns it. */
  end(error: Error): void {
    this.#ended = error;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}
