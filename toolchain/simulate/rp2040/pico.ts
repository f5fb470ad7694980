/**
 * A Raspberry Pi Pico in this process: the chip with a flash image, its UART on a line with a baud
 * rate, its USB port on a PC, and a power switch. Time is the chip's own, so what a test sees does
 * not depend on the machine; it passes only while there is something to do.
 */
import { Simulator } from "rp2040js";
import { must } from "../../diagnostics/assert.ts";
import type { ByteDuplex } from "../board/line.ts";
import { flashBytes, Rp2040Chip } from "./chip.ts";
import { UsbHost } from "./usb-host.ts";

const nanosPerMs = 1e6;
const nanosPerSecond = 1e9;
const nanosPerCycle = nanosPerSecond / 125e6;
const bitsPerByte = 10;
/** Before promises have their turn, and before the process's event loop has. */
const instructionsPerTurn = 2000;
const turnsPerBreath = 200;

const uartBaudRateHz = 115_200;
const baudTolerance = 0.02;
const watchdogPage = 0x40058;
const watchdogControl = 0;

/** What rp2040js's watchdog has beside a peripheral's registers. */
interface Watchdog {
  readonly scratchData: Uint32Array;
  reason: number;
  onWatchdogTrigger: () => void;
}

const isStill = ({ core, isLockedUp }: Rp2040Chip) => core.waiting || isLockedUp;

const breath = () => new Promise<void>((resolve) => setImmediate(resolve));

export interface FlashImage {
  /** Where in flash: 0 is the beginning of boot2. */
  readonly offset: number;
  readonly bytes: Uint8Array;
}

export class EmulatedPico {
  readonly uart: ByteDuplex;
  readonly usb = new UsbHost();
  readonly #clock = new Simulator().clock;
  #chip: Rp2040Chip;
  #timers = 0;
  #isRunning = false;
  #isOff = false;
  #uartQueue: number[] = [];
  #uartListener: (bytes: Uint8Array) => void = () => {};
  readonly #uartAlarm = this.#clock.createAlarm(() => this.#feedUart());
  /** Of chips that were restarted. */
  readonly #earlierFaults: string[] = [];
  #onBootloader: () => void = () => {};
  /** Resolves when the program has left for the ROM's bootloader, which ends the emulation. */
  readonly leftForBootloader = new Promise<void>((resolve) => {
    this.#onBootloader = resolve;
  });
  watchdogResets = 0;

  constructor({ offset, bytes }: FlashImage) {
    const flash = new Uint8Array(flashBytes).fill(0xff);
    flash.set(bytes, offset);
    this.#chip = this.#start(flash);
    this.uart = {
      write: (sent) => this.#sendToUart(sent),
      onBytes: (callback) => {
        this.#uartListener = callback;
      },
    };
    this.usb.onWork = () => this.#run();
    this.#run();
  }

  #start(flash: Uint8Array, before?: Watchdog): Rp2040Chip {
    const chip = new Rp2040Chip(this.#clock, flash);
    const uart = must(chip.uart[0], "UART0");
    uart.onByte = (byte) => this.#uartListener(Uint8Array.of(byte));
    chip.onBootloader = () => {
      this.powerOff();
      this.#onBootloader();
    };
    const watchdog = must(chip.peripherals[watchdogPage], "the watchdog") as unknown as Watchdog;
    if (before !== undefined) {
      watchdog.scratchData.set(before.scratchData);
      watchdog.reason = before.reason;
    }
    watchdog.onWatchdogTrigger = () => {
      this.watchdogResets++;
      this.#restart(watchdog);
    };
    this.usb.plugInto(chip);
    return chip;
  }

  /** What lies in flash; it outlives restarts. */
  flash(): Uint8Array {
    return this.#chip.flash.subarray(0, flashBytes);
  }

  chip(): Rp2040Chip {
    return this.#chip;
  }

  /** What a real chip or a PC would not have forgiven. */
  faults(): string[] {
    return [...this.#earlierFaults, ...this.#chip.faults, ...this.usb.faults];
  }

  /** Power off and on. */
  restart(): void {
    this.#restart();
  }

  /** The watchdog's own registers outlive its reset. */
  #restart(watchdog?: Watchdog): void {
    // The old chip's watchdog would otherwise run out again, at once and for ever.
    must(this.#chip.peripherals[watchdogPage], "the watchdog").writeUint32(watchdogControl, 0);
    this.#earlierFaults.push(...this.#chip.faults);
    this.#uartQueue = [];
    this.#chip = this.#start(this.flash().slice(), watchdog);
    this.#run();
  }

  powerOff(): void {
    this.#isOff = true;
  }

  /** The chip's time, for a session's timeouts. */
  readonly clock = {
    nowMs: (): number => this.#clock.nanos / nanosPerMs,
    schedule: (delayMs: number, callback: () => void): (() => void) => {
      let isPending = true;
      const end = () => {
        if (isPending) this.#timers--;
        isPending = false;
      };
      const alarm = this.#clock.createAlarm(() => {
        end();
        callback();
      });
      this.#timers++;
      alarm.schedule(delayMs * nanosPerMs);
      this.#run();
      return () => {
        if (isPending) alarm.cancel();
        end();
      };
    },
  };

  #sendToUart(bytes: Uint8Array): void {
    const isIdle = this.#uartQueue.length === 0;
    this.#uartQueue.push(...bytes);
    if (isIdle) this.#uartAlarm.schedule(this.#nanosPerByte());
    this.#run();
  }

  #nanosPerByte(): number {
    return (bitsPerByte * nanosPerSecond) / uartBaudRateHz;
  }

  /** A byte that finds the UART off or its FIFO full is lost, as on the chip. */
  #feedUart(): void {
    const byte = this.#uartQueue.shift();
    if (byte === undefined) return;
    const uart = must(this.#chip.uart[0], "UART0");
    const isInTune = Math.abs(uart.baudRate / uartBaudRateHz - 1) < baudTolerance;
    if (uart.enabled && !isInTune) this.#chip.faults.push(`UART0 runs at ${uart.baudRate} baud`);
    if (uart.enabled) uart.feedByte(byte);
    if (this.#uartQueue.length > 0) this.#uartAlarm.schedule(this.#nanosPerByte());
  }

  #isBusy(): boolean {
    const isAsleep = this.#chip.core.waiting && !this.#chip.isLockedUp;
    return !isAsleep || this.#timers > 0 || this.#uartQueue.length > 0 || this.usb.isBusy;
  }

  #run(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    void this.#turns();
  }

  async #turns(): Promise<void> {
    await Promise.resolve();
    for (let turn = 1; !this.#isOff && this.#isBusy(); turn++) {
      this.#turn();
      // Time must not jump over what a host's promises are about to do.
      const isDue = isStill(this.#chip) || turn % turnsPerBreath === 0;
      await (isDue ? breath() : Promise.resolve());
    }
    this.#isRunning = false;
  }

  #turn(): void {
    const chip = this.#chip;
    const { core } = chip;
    const clock = this.#clock;
    if (isStill(chip)) clock.tick(clock.nanosToNextAlarm);
    for (let count = 0; count < instructionsPerTurn; count++) {
      if (isStill(chip) || this.#isOff || chip !== this.#chip) return;
      clock.tick(core.executeInstruction() * nanosPerCycle);
    }
  }
}
