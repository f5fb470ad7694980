/**
 * A page in headless Chromium, Debian's package: a screenshot of it, and what its own layout says.
 *
 * Every page runs in a browser of its own with a profile of its own. The layout is measured by a
 * script that only the measured copy of the page has, in a frame as wide as asked for, since no
 * window is narrower than 500 pixels; the screenshot is of the page as it is.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { assert, must } from "../../toolchain/diagnostics/assert.ts";
import { type Picture, readPng } from "./png.ts";

export const BROWSER = "chromium";

export interface View {
  readonly width: number;
  readonly height: number;
  readonly scheme: "light" | "dark";
}

/** x, y, width and height on the page. */
export type Box = readonly [number, number, number, number];

export interface Layout {
  readonly windowWidth: number;
  readonly pageWidth: number;
  readonly pageHeight: number;
  /** The step of the peak, over all addresses. */
  readonly peakColumn: Box;
  readonly slots: readonly Box[];
  /** Text of drawings that ends outside of its drawing. */
  readonly clipped: readonly string[];
  /** Labels that end outside of their rectangle. */
  readonly spilled: readonly string[];
  /** What is wider than the window and in no frame that scrolls. */
  readonly overflowing: readonly string[];
  readonly ink: string;
  readonly page: string;
}

const TIMEOUT_MS = 120_000;
const schemes = { dark: 0, light: 1 } as const;
const flags = [
  ...["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run"],
  ...["--force-device-scale-factor=1", "--disable-dev-shm-usage"],
];

/** Runs in the page. */
const MEASURE = `
const box = (e) => { const r = e.getBoundingClientRect(); return [r.x, r.y, r.width, r.height]; };
const all = (query) => [...document.querySelectorAll(query)];
const inside = (a, b) => a.left >= b.left - 1 && a.right <= b.right + 1
  && a.top >= b.top - 1 && a.bottom <= b.bottom + 1;
const within = (e, outer) => inside(e.getBoundingClientRect(), outer.getBoundingClientRect());
const labelled = all("#timeline .slot").map((slot) => {
  let next = slot.nextElementSibling;
  if (next && next.classList.contains("stripes")) next = next.nextElementSibling;
  return { slot, label: next && next.tagName === "text" && !next.classList.length ? next : null };
});
const style = getComputedStyle(document.body);
const found = {
  windowWidth: innerWidth,
  pageWidth: document.documentElement.scrollWidth,
  pageHeight: document.documentElement.scrollHeight,
  peakColumn: box(document.querySelector("#timeline .peak-column")),
  slots: all("#timeline .slot").map(box),
  clipped: all("svg text").filter((t) => !within(t, t.ownerSVGElement)).map((t) => t.textContent),
  spilled: labelled.filter(({ slot, label }) => label && !within(label, slot))
    .map(({ label }) => label.textContent),
  overflowing: all("body *")
    .filter((e) => !e.parentElement.closest(".scroll"))
    .filter((e) => e.getBoundingClientRect().right > innerWidth + 1 ||
      (e.scrollWidth > e.clientWidth + 1 && !e.matches(".scroll") && e.clientWidth > 0))
    .map((e) => e.tagName + ": " + e.textContent.slice(0, 40)),
  ink: style.color,
  page: style.backgroundColor,
};
const note = document.createElement("pre");
note.id = "measured";
note.textContent = JSON.stringify(found);
parent.document.body.append(note);
`;

function framed(html: string, { width, height }: View): string {
  const page = html.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  const style = `border:0;width:${width}px;height:${height}px`;
  const frame = `<iframe style="${style}" srcdoc="${page}"></iframe>`;
  return `<!DOCTYPE html><body style="margin:0">${frame}`;
}

function chromium(page: string, view: View, more: readonly string[], folder: string): string {
  const args = [
    ...flags,
    `--user-data-dir=${join(folder, "profile")}`,
    `--blink-settings=preferredColorScheme=${schemes[view.scheme]}`,
    `--window-size=${view.width},${view.height}`,
    ...more,
    pathToFileURL(page).href,
  ];
  const limits = { timeout: TIMEOUT_MS, maxBuffer: 64 * 1024 * 1024 };
  const { status, error, stdout, stderr } = spawnSync(BROWSER, args, limits);
  assert(status === 0, `${BROWSER} ended with ${status}: ${error?.message ?? stderr}`);
  return stdout.toString("utf8");
}

function inFolder<T>(html: string, use: (folder: string, page: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "edgeflash-report-"));
  try {
    const page = join(folder, "page.html");
    writeFileSync(page, html);
    return use(folder, page);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** What the page's layout is. */
export function layoutOf(html: string, view: View): Layout {
  const measuring = html.replace("</body>", () => `<script>${MEASURE}</script></body>`);
  return inFolder(framed(measuring, view), (folder, page) => {
    const dom = chromium(page, { ...view, width: view.width + 500 }, ["--dump-dom"], folder);
    const [, note] = must(dom.match(/<pre id="measured">([^<]*)<\/pre>/), "the measurement");
    const entities = { "&amp;": "&", "&lt;": "<", "&gt;": ">" } as const;
    const json = must(note, "its text").replace(/&(?:amp|lt|gt);/g, (entity) => {
      return entities[entity as keyof typeof entities];
    });
    return JSON.parse(json) as Layout;
  });
}

export function screenshotOf(html: string, view: View): Picture {
  return inFolder(html, (folder, page) => {
    const file = join(folder, "page.png");
    chromium(page, view, [`--screenshot=${file}`], folder);
    return readPng(readFileSync(file));
  });
}
