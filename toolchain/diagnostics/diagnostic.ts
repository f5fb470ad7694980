/**
 * What a user's mistake or an unsupported input becomes: a numbered, located, actionable error.
 *
 * A Diagnostic says what was found (message), where (model, node, tensor, port ...), and one to
 * three things to do next. Its code decides the process's exit status and the text that
 * `edgeflash explain` prints. Stages throw Diagnostics; only cli/ prints them.
 */
import { codes, type DiagnosticCode } from "./codes.ts";

export interface Place {
  readonly model?: string;
  readonly node?: string;
  readonly tensor?: string;
  readonly operator?: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly byteOffset?: number;
  readonly board?: string;
  readonly port?: string;
  readonly option?: string;
}

export interface DiagnosticInit {
  /** One sentence: what was found, with the numbers. */
  readonly message: string;
  readonly where?: Place;
  /** One to three next steps. */
  readonly next?: readonly string[];
  /** More that --json prints beside the error. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

export class Diagnostic extends Error {
  override readonly name = "Diagnostic";
  readonly code: DiagnosticCode;
  readonly where: Place;
  readonly next: readonly string[];
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: DiagnosticCode, init: DiagnosticInit) {
    super(init.message, init.cause === undefined ? {} : { cause: init.cause });
    this.code = code;
    this.where = init.where ?? {};
    this.next = init.next ?? codes[code].next;
    this.details = init.details ?? {};
  }

  get exitCode(): number {
    return codes[this.code].exitCode;
  }

  /**
   * The same error with more of its place filled in, for callers that know what the thrower did
   * not.
   */
  at(place: Place): Diagnostic {
    const where = { ...place, ...this.where };
    return new Diagnostic(this.code, {
      message: this.message,
      where,
      next: this.next,
      details: this.details,
      cause: this.cause,
    });
  }
}
