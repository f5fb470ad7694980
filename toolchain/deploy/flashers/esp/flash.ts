/**
 * Firmware onto an ESP chip: enter the loader, check that it is the right chip and that the image
 * fits, then write what differs, region by region, each verified by the MD5 that the chip computes.
 *
 * esptool-js's own writeFlash inflates every block again to count bytes, one at a time; here its
 * public block calls are driven directly. When three blocks fail at a rate the next lower one is
 * taken, from a fresh start: regions that are in flash by then are not sent again.
 */
import { must } from "../../../diagnostics/assert.ts";
import { Diagnostic } from "../../../diagnostics/diagnostic.ts";
import { beyondFlash, brownout, noisy, noisyText, otherChip, vanished } from "../../failures.ts";
import { PortLostError } from "../../machine.ts";
import type { SerialPortInfo } from "../../ports/list-ports.ts";
import type { Flashed, FlashIo } from "../flasher.ts";
import {
  changeRate,
  type EspLink,
  enterLoader,
  leave,
  ROM_RATE_HZ,
  startStub,
  succeeds,
  unlessLost,
} from "./loader.ts";
import { compressed, type FlashRegion, regionsOf } from "./regions.ts";

const RATES_HZ = [921_600, 460_800, ROM_RATE_HZ] as const;
const FAILURES_MAX = 3;
const BLOCK_TIMEOUT_MS = 3_000;
const AGAIN = "regions that were written already are skipped";

export interface EspImage {
  readonly bytes: Uint8Array;
  readonly offset: number;
}

export interface EspTarget {
  readonly board: string;
  /** As the ROM names it: ESP32-C3. */
  readonly chip: string;
  /** The board profile for another chip, to suggest. */
  readonly boardOf: (chip: string) => string | undefined;
  readonly port: SerialPortInfo;
}

/** Blocks sent and lost at one rate. */
interface Tally {
  blocks: number;
  failed: number;
}

interface Job {
  readonly regions: readonly FlashRegion[];
  /** Regions known to be in flash. */
  readonly done: Set<FlashRegion>;
  readonly written: Set<FlashRegion>;
  /** How far it came, for when it ends early. */
  reachedBytes: number;
  chip?: string;
  rateHz?: number | undefined;
}

const bytesIn = (regions: Iterable<FlashRegion>): number =>
  [...regions].reduce((sum, { bytes }) => sum + bytes.length, 0);

async function checkChip(link: EspLink, target: EspTarget): Promise<string> {
  const { chip } = link.loader;
  const description = await unlessLost(link, chip.getChipDescription(link.loader));
  if (chip.CHIP_NAME === target.chip) return description;
  const revision = description.match(/\(revision (.*)\)/)?.[1];
  const found = revision === undefined ? chip.CHIP_NAME : `${chip.CHIP_NAME} (rev ${revision})`;
  throw otherChip(found, target.chip, target.board, target.boardOf(chip.CHIP_NAME));
}

async function checkSize(link: EspLink, image: EspImage): Promise<void> {
  const size = await unlessLost(link, link.loader.detectFlashSize());
  const end = image.offset + image.bytes.length;
  const [, count = "", unit = ""] = size?.match(/^(\d+)([KM])B$/) ?? [];
  const flashBytes = Number(count) * (unit === "M" ? 1024 * 1024 : 1024);
  if (size !== undefined && end > flashBytes) throw beyondFlash(end, flashBytes);
}

/** The first stretch of regions that follow one another. */
function firstRun(regions: readonly FlashRegion[]): readonly FlashRegion[] {
  const endOf = ({ offset, bytes }: FlashRegion) => offset + bytes.length;
  const gap = regions.findIndex((region, index) => {
    const before = regions[index - 1];
    return before !== undefined && endOf(before) !== region.offset;
  });
  return gap < 0 ? regions : regions.slice(0, gap);
}

/** Asks the chip for the MD5 of each region; gives those that differ. */
async function compare(
  io: FlashIo,
  link: EspLink,
  job: Job,
  regions: readonly FlashRegion[],
): Promise<readonly FlashRegion[]> {
  for (const region of regions) {
    const { offset, bytes, md5 } = region;
    if (job.done.has(region)) continue;
    if ((await link.loader.flashMd5sum(offset, bytes.length)) !== md5) continue;
    job.done.add(region);
    io.progress(bytesIn(job.done), bytesIn(job.regions));
  }
  return regions.filter((region) => !job.done.has(region));
}

/** Sends a run of regions as one compressed stream, so that the chip writes while it receives. */
async function writeRun(
  io: FlashIo,
  link: EspLink,
  job: Job,
  run: readonly FlashRegion[],
  tally: Tally,
): Promise<void> {
  const { loader } = link;
  const [stream, runBytes, doneBytes] = [compressed(run), bytesIn(run), bytesIn(job.done)];
  const { offset } = must(run[0], "a run has a region");
  await loader.flashDeflBegin(runBytes, stream.length, offset);
  const blockBytes = loader.FLASH_WRITE_SIZE;
  for (let start = 0; start < stream.length; start += blockBytes) {
    tally.blocks++;
    const block = stream.subarray(start, start + blockBytes);
    await loader.flashDeflBlock(block, start / blockBytes, BLOCK_TIMEOUT_MS);
    const share = (start + block.length) / stream.length;
    job.reachedBytes = doneBytes + Math.floor(share * runBytes);
    io.progress(job.reachedBytes, bytesIn(job.regions));
  }
}

/**
 * Compares, writes what differs, and compares that again: the first comparison skips what is there
 * already, the others verify. False when too many blocks failed.
 */
async function writeAll(io: FlashIo, link: EspLink, job: Job, tally: Tally): Promise<boolean> {
  const known: { missing?: readonly FlashRegion[] } = {};
  const round = async () => {
    const missing = known.missing ?? (await compare(io, link, job, job.regions));
    const run = firstRun(missing);
    for (const region of run) job.written.add(region);
    if (run.length > 0) await writeRun(io, link, job, run, tally);
    const differing = await compare(io, link, job, run);
    known.missing = missing.filter((region) => !job.done.has(region));
    return differing.length === 0;
  };
  while (known.missing?.length !== 0) {
    if (await succeeds(link, round())) continue;
    delete known.missing;
    tally.failed++;
    if (tally.failed >= FAILURES_MAX) return false;
  }
  return true;
}

interface Attempt {
  readonly io: FlashIo;
  readonly target: EspTarget;
  readonly image: EspImage;
  readonly job: Job;
  readonly rateHz: number;
  readonly eraseFirst: boolean;
}

/** In the loader, checked, the stub running at `rateHz`; undefined when it does not get there. */
async function linkAt(attempt: Attempt): Promise<EspLink | undefined> {
  const { io, target, image, job, rateHz } = attempt;
  const link = await enterLoader(io, target.port);
  try {
    job.chip = await checkChip(link, target);
    await startStub(link);
    const stays = link.isOwnUsb || rateHz === ROM_RATE_HZ;
    if (stays || (await changeRate(io, link, rateHz))) {
      await checkSize(link, image);
      return link;
    }
  } catch (error) {
    await link.port.close();
    throw error;
  }
  await link.port.close();
  return undefined;
}

/** One rate: undefined when everything is in flash, else why a lower one may do better. */
async function flashAt(attempt: Attempt): Promise<string | undefined> {
  const { io, target, job, rateHz, eraseFirst } = attempt;
  const { path } = target.port;
  const link = await linkAt(attempt);
  if (link === undefined) return `no answer at ${rateHz}`;
  const tally: Tally = { blocks: 0, failed: 0 };
  try {
    if (eraseFirst) await unlessLost(link, link.loader.eraseFlash());
    if (await writeAll(io, link, job, tally)) {
      await leave(io, link);
      job.rateHz = link.isOwnUsb ? undefined : rateHz;
      return undefined;
    }
  } catch (error) {
    if (link.evidence.brownouts > 0) throw brownout(path, link.evidence.brownouts);
    throw error;
  } finally {
    await link.port.close();
  }
  if (link.evidence.brownouts > 0) throw brownout(path, link.evidence.brownouts);
  if (rateHz === ROM_RATE_HZ) throw noisy(path, tally.failed, tally.blocks, rateHz);
  return noisyText(tally.failed, tally.blocks, rateHz);
}

/** What esptool-js and the port throw, as a failure with a code. */
function failure(error: unknown, path: string, job?: Job): Diagnostic {
  if (error instanceof Diagnostic) return error;
  if (error instanceof PortLostError) {
    if (job === undefined) return vanished(path, "while the flash was erased", "it starts over");
    const percent = Math.floor((100 * job.reachedBytes) / bytesIn(job.regions));
    return vanished(path, `at ${percent} % of the firmware`, AGAIN);
  }
  const message = error instanceof Error ? error.message : String(error);
  const where = { port: path };
  return new Diagnostic("EF6010", {
    message: `the loader failed: ${message}`,
    where,
    cause: error,
  });
}

export async function flashEsp(
  io: FlashIo,
  target: EspTarget,
  image: EspImage,
  { eraseFirst = false } = {},
): Promise<Flashed> {
  const regions = regionsOf(image.bytes, image.offset);
  const job: Job = { regions, done: new Set(), written: new Set(), reachedBytes: 0 };
  for (const [index, rateHz] of RATES_HZ.entries()) {
    const attempt = { io, target, image, job, rateHz, eraseFirst: eraseFirst && index === 0 };
    try {
      const trouble = await flashAt(attempt);
      if (trouble === undefined) return flashedBy(job);
      io.notice(`${trouble}; continuing at ${must(RATES_HZ[index + 1], "a lower rate")}`);
    } catch (error) {
      throw failure(error, target.port.path, job);
    }
  }
  throw new Diagnostic("EF6010", { message: "the chip answers at no rate" });
}

function flashedBy({ regions, written, chip = "", rateHz }: Job): Flashed {
  const imageBytes = bytesIn(regions);
  const writtenBytes = bytesIn(written);
  return {
    ...{ chip, imageBytes, writtenBytes, skippedBytes: imageBytes - writtenBytes },
    ...(rateHz === undefined ? {} : { baudRateHz: rateHz }),
  };
}

/** Erases all of the chip's flash. */
export async function eraseEsp(io: FlashIo, target: EspTarget): Promise<string> {
  const { path } = target.port;
  const link = await enterLoader(io, target.port);
  try {
    const chip = await checkChip(link, target);
    await startStub(link);
    await unlessLost(link, link.loader.eraseFlash());
    await leave(io, link);
    return chip;
  } catch (error) {
    throw failure(error, path);
  } finally {
    await link.port.close();
  }
}
