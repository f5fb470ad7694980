/**
 * What a silent or confused board sent, kept so that a failure can be told from another: boot
 * messages of the ROM, restarts for lack of power, or bytes that are no text at all.
 *
 * The patterns are the ROM's and ESP-IDF's own words ("boot:0x13", "waiting for download",
 * "Brownout detector was triggered").
 */
const TEXT_KEPT = 65_536;

const isText = (byte: number) =>
  (byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d || byte === 0x09 || byte === 0x1b;

export class Evidence {
  #text = "";
  #bytes = 0;
  #nonText = 0;

  add(bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    this.#nonText += bytes.reduce((count, byte) => count + (isText(byte) ? 0 : 1), 0);
    this.#text = (this.#text + String.fromCharCode(...bytes)).slice(-TEXT_KEPT);
  }

  get bytes(): number {
    return this.#bytes;
  }

  get nonTextPercent(): number {
    return this.#bytes === 0 ? 0 : Math.round((100 * this.#nonText) / this.#bytes);
  }

  /** How the ROM says it started, as "0x13"; the last time it did. */
  get bootMode(): string | undefined {
    return [...this.#text.matchAll(/boot:(0x[0-9a-f]+)/gi)].at(-1)?.[1];
  }

  get isInLoader(): boolean {
    const last = this.#text.slice(Math.max(0, this.#text.lastIndexOf("boot:0x")));
    return /waiting for download/.test(last);
  }

  get brownouts(): number {
    return this.#text.split("Brownout detector was triggered").length - 1;
  }

  /** The last line of text, for messages. */
  get lastLine(): string {
    const lines = this.#text.split(/[\r\n]+/).filter((line) => /\w{3}/.test(line));
    return lines.at(-1)?.replace(/[^\x20-\x7e]/g, "") ?? "";
  }
}
