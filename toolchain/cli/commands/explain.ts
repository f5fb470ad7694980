/** `edgeflash explain EFnnnn`: what an error code means and what to do about it. */
import { codes, type DiagnosticCode } from "../../diagnostics/codes.ts";
import { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { didYouMean } from "../../diagnostics/nearest.ts";
import { renderExplanation } from "../render.ts";
import type { Command } from "../session.ts";

const isCode = (code: string): code is DiagnosticCode => Object.hasOwn(codes, code);

export const command: Command = (_session, [typed = ""]) => {
  const code = typed.toUpperCase();
  if (!isCode(code)) {
    throw new Diagnostic("EF7006", {
      message: `there is no error code "${typed}"`,
      next: [...didYouMean(code, Object.keys(codes)), "codes look like EF4001"],
    });
  }
  const { title, explain, next, exitCode } = codes[code];
  return {
    document: { code, title, explain, next, exitCode },
    text: (style) => renderExplanation(code, style),
  };
};
